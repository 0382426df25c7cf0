import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readPage, root, tableRows } from './support/pages.ts'

/** Messages are quoted as code and begin with a capital letter. */
const messages = tableRows(readPage('docs/troubleshooting.md'))
  .flatMap(([symptom = '']) => [...symptom.matchAll(/`([A-Z][^`]* [^`]*)`/g)])
  .map(([, text = '']) => text)

/** The parts of a message that do not change from case to case. */
const constantParts = (message: string) =>
  message
    .split(/…|\d+|[()]/)
    .map((part) => part.trim())
    .filter((part) => part.length > 3)

describe('docs/troubleshooting.md', () => {
  const sources = readdirSync(`${root}/src`, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && !path.includes('generated'))
    .map((path) => readFileSync(`${root}/src/${path}`, 'utf8'))

  it.each(messages)('quotes a message of the program: %s', (message) => {
    const parts = constantParts(message)
    expect(sources.some((text) => parts.every((part) => text.includes(part)))).toBe(true)
  })
})

import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { requiredHeaders } from './support/forwarded-headers.ts'

const read = (file: string) => readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8').toLowerCase()
/** Without nginx, which forwards every header. */
const recipes = [
  'docs/gateways.md',
  'docs/gateways/apollo-router.md',
  'docs/gateways/cosmo.md',
  'docs/gateways/hive-gateway.md',
  'examples/apollo-gateway/gateway.js',
]

describe('the recipe', () => {
  it.each(recipes)('%s forwards every header that the tests do', (file) => {
    const text = read(file)
    expect(requiredHeaders.filter((header) => !text.includes(header))).toEqual([])
  })

  it.each(['apollo-gateway', 'apollo-router', 'cosmo'])('for %s lets pages send an API key', (name) => {
    const [, list = ''] =
      /(?:allow_headers: \[|allow `content-type`)([^\]\n]+)/.exec(read(`docs/gateways/${name}.md`)) ?? []
    for (const header of ['authorization', 'x-api-key', 'x-csrf-token', 'x-request-id'])
      expect(list).toContain(header)
  })
})

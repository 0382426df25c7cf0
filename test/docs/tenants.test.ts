import { readFileSync } from 'node:fs'
import { buildSchema, parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { commands } from '../../src/cli/commands.ts'
import { settingRules } from '../../src/domain/tenants/tenant-settings.ts'
import { readPage, root, tableRows } from './support/pages.ts'

const text = readPage('docs/tenants.md')
const schema = buildSchema(readFileSync(`${root}/schema.graphql`, 'utf8'), { assumeValidSDL: true })

describe('docs/tenants.md', () => {
  it('has operations that the schema accepts', () => {
    const examples = [...text.matchAll(/```graphql\n([\s\S]*?)```/g)].map(([, example = '']) => example)
    expect(examples).not.toEqual([])
    expect(examples.flatMap((example) => validate(schema, parse(example)))).toEqual([])
  })

  it('names every setting once, and no other', () => {
    const names: readonly string[] = Object.keys(settingRules)
    const documented = tableRows(text).flatMap(([cell = '']) => {
      const words = [...cell.matchAll(/`(\w+)`/g)].map(([, word = '']) => word)
      return words.every((word) => names.includes(word)) ? words : []
    })
    expect(documented.toSorted()).toEqual(names.toSorted())
  })

  it('has commands that exist, with their options', () => {
    const lines = [...text.matchAll(/npm run cli -- (.*)/g)].map(([, line = '']) => line)
    expect(lines.length).toBeGreaterThan(4)
    for (const line of lines) {
      const command = commands.find(({ name }) => line.startsWith(`${name} `))
      const options = line.match(/--[a-z]+/g) ?? []
      const known = `${command?.parameters} ${command?.json === true ? '--json' : ''}`
      expect(
        options.filter((option) => !known.includes(option)),
        line,
      ).toEqual([])
      expect(command, line).toBeDefined()
    }
  })
})

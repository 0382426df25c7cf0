import { readFileSync } from 'node:fs'
import { buildSchema, isObjectType } from 'graphql'
import { describe, expect, it } from 'vitest'
import { readPage, root, tableRows } from './support/pages.ts'

const page = 'docs/api.md'
const schema = buildSchema(readFileSync(`${root}/schema.graphql`, 'utf8'), { assumeValidSDL: true })

/** The names in the first cell of each row. */
const documented = new Set(
  tableRows(readPage(page)).flatMap(([cell = '']) => [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name)),
)

const rootFields = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap(
  (type) => (isObjectType(type) ? Object.keys(type.getFields()).map((field) => [type.name, field]) : []),
)

describe('the table of operations', () => {
  it.each(rootFields)('has a row for %s.%s', (type, field = '') => {
    const hint = `${page} has no row for ${type}.${field}: add one to the table of its kind`
    expect(documented.has(field), hint).toBe(true)
  })

  it('has no row for a field that does not exist', () => {
    const fields = new Set(['_service', '_entities', ...rootFields.map(([, field]) => field)])
    expect([...documented].filter((name) => name === undefined || !fields.has(name))).toEqual([])
  })
})

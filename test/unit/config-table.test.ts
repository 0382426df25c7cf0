import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { configTable, withConfigTable } from '../../src/config/describe.ts'
import { variables } from '../../src/config/env.ts'

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')

describe('the table of variables', () => {
  it('is current in docs/configuration.md (npm run config:table rewrites it)', () => {
    expect(withConfigTable(page)).toBe(page)
  })

  it('has one row of three cells for each variable', () => {
    const rows = configTable().split('\n').slice(2)
    expect(rows).toHaveLength(Object.keys(variables).length)
    for (const row of rows) expect(row.split('|')).toHaveLength(5)
  })

  it('shows secrets with their files, and long spans in words', () => {
    expect(configTable()).toContain('| `MASTER_KEY`, `MASTER_KEY_FILE` |')
    expect(configTable()).toContain('| `604800` s (7 d) |')
    expect(configTable()).toContain('| `900` s (15 min) |')
    expect(configTable()).toContain('| `86400` s (24 h) |')
  })

  it('refuses a page without marks', () => {
    expect(() => withConfigTable('# Nothing')).toThrow('config:start')
  })
})

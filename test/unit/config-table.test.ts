import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { configTables, withConfigTables } from '../../src/config/config-table.ts'
import { themes, variables } from '../../src/config/variables.ts'

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')

describe('the tables of variables', () => {
  it('are current in docs/configuration.md (npm run config:table rewrites them)', () => {
    expect(withConfigTables(page)).toBe(page)
  })

  it('have one row of three cells for each variable', () => {
    const rows = configTables()
      .split('\n')
      .filter((line) => line.startsWith('| `'))
    expect(rows).toHaveLength(Object.keys(variables).length)
    for (const row of rows) expect(row.split('|')).toHaveLength(5)
  })

  it('have a heading and a header row for each theme, and nothing else', () => {
    const others = configTables()
      .split('\n')
      .filter((line) => !line.startsWith('| `') && line !== '')
    const header = ['| Variable | Default | Meaning |', '| --- | --- | --- |']
    expect(others).toEqual(Object.keys(themes).flatMap((theme) => [`### ${theme}`, ...header]))
  })

  it('have each variable in exactly one theme', () => {
    const names = Object.values(themes).flatMap((theme) => Object.keys(theme))
    expect(names.toSorted()).toEqual(Object.keys(variables).toSorted())
  })

  it('show the _FILE variant of secrets, and long spans in other units', () => {
    expect(configTables()).toContain('| `MASTER_KEY`, `MASTER_KEY_FILE` |')
    expect(configTables()).toContain('| `604800` s (7 d) |')
    expect(configTables()).toContain('| `900` s (15 min) |')
    expect(configTables()).toContain('| `86400` s (24 h) |')
  })

  it('require a page with marks', () => {
    expect(() => withConfigTables('# Nothing')).toThrow('config:start')
  })
})

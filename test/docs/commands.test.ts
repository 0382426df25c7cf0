import { describe, expect, it } from 'vitest'
import { commands } from '../../src/cli/commands.ts'
import { withCommandTables } from '../../src/cli/commands-table.ts'
import { readPage } from './support/pages.ts'

const page = readPage('docs/commands.md')

describe('docs/commands.md', () => {
  it('is current; npm run commands:table rewrites it', () => {
    expect(page).toBe(withCommandTables(page))
  })

  it('has every command, with its exit codes', () => {
    for (const { name } of commands) expect(page).toMatch(new RegExp(`^\\| \`${name}[ \`].* \\|$`, 'm'))
    expect(page).toMatch(/`mail retry .*\| 0, 1, 2, 130 \|$/m)
    expect(page).toMatch(/`users import FILE .*1 rows are bad, also if --skip-bad-rows/)
    expect(page).toMatch(/`start`.*78 the stored signing key/)
  })
})

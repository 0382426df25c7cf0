// Rewrites what is derived from the declarations of commands: docs/commands.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { withCommandTables } from '../src/cli/commands-table.ts'

const page = new URL('../docs/commands.md', import.meta.url)
writeFileSync(page, withCommandTables(readFileSync(page, 'utf8')))

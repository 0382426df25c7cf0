// Rewrites the table of environment variables in docs/configuration.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { withConfigTables } from '../src/config/config-table.ts'

const page = new URL('../docs/configuration.md', import.meta.url)
writeFileSync(page, withConfigTables(readFileSync(page, 'utf8')))

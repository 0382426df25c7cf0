// Rewrites the table of environment variables in docs/configuration.md.
import { readFileSync, writeFileSync } from 'node:fs'
import { withConfigTable } from '../src/config/describe.ts'

const page = new URL('../docs/configuration.md', import.meta.url)
writeFileSync(page, withConfigTable(readFileSync(page, 'utf8')))

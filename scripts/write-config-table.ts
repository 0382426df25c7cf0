// Rewrites what is derived from the table of environment variables: docs/configuration.md and .env.example.
import { readFileSync, writeFileSync } from 'node:fs'
import { withConfigTables } from '../src/config/config-table.ts'
import { envExample } from '../src/config/env-example.ts'

const page = new URL('../docs/configuration.md', import.meta.url)
writeFileSync(page, withConfigTables(readFileSync(page, 'utf8')))
writeFileSync(new URL('../.env.example', import.meta.url), envExample())

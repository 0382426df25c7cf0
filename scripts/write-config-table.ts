// Rewrites the table of environment variables in README.md from src/config/env.ts.
import { readFileSync, writeFileSync } from 'node:fs'
import { withConfigTable } from '../src/config/describe.ts'

const readme = new URL('../README.md', import.meta.url)
writeFileSync(readme, withConfigTable(readFileSync(readme, 'utf8')))

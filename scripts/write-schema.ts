// Prints the API as a subgraph, with its descriptions and directives, into schema.graphql: npm run schema
// With --check, fails when the file says something else: npm run schema:check
import { readFileSync, writeFileSync } from 'node:fs'
import { printSubgraphSchema } from '@apollo/subgraph'
import { createSchema } from '../src/graphql/schema.ts'

const file = new URL('../schema.graphql', import.meta.url)
const heading = '# Printed from src/graphql by `npm run schema`: change it there.\n\n'
const sdl = `${heading}${printSubgraphSchema(createSchema()).trimEnd()}\n`

if (!process.argv.includes('--check')) {
  writeFileSync(file, sdl)
  console.log('schema.graphql is written.')
} else if (readFileSync(file, 'utf8') === sdl) {
  console.log('schema.graphql is what the code says.')
} else {
  console.error('schema.graphql is not what the code says: npm run schema')
  process.exitCode = 1
}

// Writes the API as a subgraph, with its descriptions and directives, to schema.graphql: npm run schema
// With --check, fails if the file differs: npm run schema:check
import { readFileSync, writeFileSync } from 'node:fs'
import { printSubgraph } from '../src/graphql/edge/federation/print-subgraph.ts'
import { createApi, entities } from '../src/graphql/schema.ts'

const file = new URL('../schema.graphql', import.meta.url)
const heading = '# Printed from src/graphql by `npm run schema`: change it there.\n\n'
const sdl = `${heading}${printSubgraph(createApi(), entities).trimEnd()}\n`

if (!process.argv.includes('--check')) {
  writeFileSync(file, sdl)
  console.log('Wrote schema.graphql.')
} else if (readFileSync(file, 'utf8') === sdl) {
  console.log('schema.graphql is current.')
} else {
  console.error('schema.graphql is not current: run npm run schema')
  process.exitCode = 1
}

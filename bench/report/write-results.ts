import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Results } from './results.ts'
import { reportText } from './tables.ts'

const folder = fileURLToPath(new URL('../results', import.meta.url))

/** Writes the report and its figures as JSON. Returns the path of the report. */
export function writeResults(results: Results): string {
  const name = results.startedAt.slice(0, 10)
  mkdirSync(folder, { recursive: true })
  writeFileSync(`${folder}/${name}.json`, `${JSON.stringify(results, null, 2)}\n`)
  writeFileSync(`${folder}/${name}.md`, reportText(results))
  return `${folder}/${name}.md`
}

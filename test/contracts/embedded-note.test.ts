import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { runCommand } from '../../src/cli/run-command.ts'
import { unpackMigratedDatabase } from '../support/migrated-folder.ts'

let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gatehouse-note-'))
  await unpackMigratedDatabase(join(folder, 'data'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))

it.each([[['tenants', 'list']], [['migrate']], [['keys', 'verify']], [['jobs', 'run', 'purge-expired']]])(
  'names the embedded database that %j uses because DATABASE_URL is not set',
  async (words) => {
    const DATA_DIR = join(folder, 'data')
    const { notes } = await run(words, DATA_DIR)
    expect(notes).toEqual([`Database: embedded in ${DATA_DIR}, because DATABASE_URL is not set.`])
  },
)

it('is not part of the JSON of a command', async () => {
  const { notes, output } = await run(['tenants', 'list', '--json'], join(folder, 'data'))
  expect([notes.length, JSON.parse(output.join('\n'))]).toEqual([1, expect.anything()])
})

async function run(words: readonly string[], DATA_DIR: string) {
  const notes: string[] = []
  const output: string[] = []
  await runCommand(words, {
    env: { DATA_DIR, NODE_ENV: 'test' },
    print: (line) => void output.push(line),
    printError: () => {},
    printNote: (line) => void notes.push(line),
  })
  return { notes, output }
}

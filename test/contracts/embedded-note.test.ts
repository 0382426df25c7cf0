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

it.each([[['tenants', 'list']], [['migrate']]])(
  'names the embedded database that %j uses because DATABASE_URL is not set',
  async (words) => {
    const DATA_DIR = join(folder, 'data')
    const notes: string[] = []
    await runCommand(words, {
      env: { DATA_DIR, NODE_ENV: 'test' },
      print: () => {},
      printError: () => {},
      printNote: (line) => void notes.push(line),
    })
    expect(notes).toEqual([`Database: embedded in ${DATA_DIR}, because DATABASE_URL is not set.`])
  },
)

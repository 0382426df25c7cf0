import { spawn } from 'node:child_process'
import { randomInt } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { FileArchiveFolder } from '../../src/adapters/archive/file-archive-folder.ts'
import { PrismaAuditArchiveStore } from '../../src/adapters/prisma/stores/audit/prisma-audit-archive-store.ts'
import { runCommand } from '../../src/cli/run-command.ts'
import { insertPastEvents } from '../support/audit-events.ts'
import { createTestArchive } from '../support/test-archive.ts'
import { openServerTestDatabase, type ServerTestDatabase } from '../support/test-database.ts'

/** ARCHIVE_KILLS=40 is the long form of the kills at random. */
const kills = Number(process.env.ARCHIVE_KILLS ?? 3)
const program = fileURLToPath(new URL('../support/run-archive.ts', import.meta.url))
const parent = mkdtempSync(join(tmpdir(), 'archive-killed-'))

let database: ServerTestDatabase
let folder: string
/** Ids of everything that is to be archived. */
let ids: readonly string[]
beforeAll(async () => {
  database = await openServerTestDatabase()
})
beforeEach(async () => {
  const { client } = database
  await client.auditEvent.deleteMany()
  await client.auditArchive.deleteMany()
  await insertPastEvents(database, { daysAgo: 93, days: 3, eventsOfDay: 1200, now: new Date() })
  ids = (await client.auditEvent.findMany({ select: { id: true }, orderBy: { id: 'asc' } })).map(
    ({ id }) => id,
  )
  folder = mkdtempSync(join(parent, 'files-'))
})
afterAll(async () => {
  rmSync(parent, { recursive: true })
  await database.close()
})

/** Runs the archive in this process, on what a killed one has left. */
async function finish(): Promise<void> {
  const store = new PrismaAuditArchiveStore(database.client)
  await createTestArchive(store, new FileArchiveFolder(folder))()
}

/** Runs the archive in a process of its own; answers how it ended. */
async function run(deadly = '', killAfterMs: number | null = null): Promise<unknown> {
  const args = ['--import', 'tsx', program, database.url, folder, deadly]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  await once(child.stdout, 'data')
  if (killAfterMs !== null) {
    await sleep(killAfterMs)
    child.kill('SIGKILL')
  }
  const [code, signal] = await ended
  return signal ?? code
}

/** Ids in all files, in their order. */
function archived(): readonly string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.ndjson.gz'))
  const text = names.map((name) => gunzipSync(readFileSync(join(folder, name))).toString()).join('')
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line).id]))
}

async function verify() {
  const printed: string[] = []
  const terminal = {
    env: { DATABASE_URL: database.url, AUDIT_ARCHIVE_DIR: folder },
    print: (line: string) => void printed.push(line),
    printError: (line: string) => void printed.push(line),
  }
  return { code: await runCommand(['audit', 'verify'], terminal), printed }
}

/** Nothing lost, nothing twice, nothing left, and the chain whole. */
async function expectWhole(): Promise<void> {
  await finish()
  expect(archived().toSorted()).toEqual(ids)
  expect(await database.client.auditEvent.count()).toBe(0)
  expect(readdirSync(folder).filter((name) => !name.endsWith('.ndjson.gz'))).toEqual([])
  const { code, printed } = await verify()
  expect(printed).toEqual([expect.stringMatching(/^9 files, 3600 events, 0 wrong; head [0-9a-f]{64}$/)])
  expect(code).toBe(0)
}

describe('a process that archives audit events', () => {
  it.each([
    'after-write:1',
    'before-publish:2',
    'after-publish:1',
    'after-record:2',
    'before-remove:1',
    'after-remove:1',
    'before-mark:1',
    'after-mark:3',
  ])('loses and repeats nothing when it is killed %s', async (deadly) => {
    expect(await run(deadly)).toBe('SIGKILL')
    const stored = await database.client.auditEvent.findMany({ select: { id: true } })
    expect(new Set([...stored.map(({ id }) => id), ...archived()])).toEqual(new Set(ids))
    await expectWhole()
  })

  it('loses and repeats nothing when it is killed again and again', async () => {
    for (let killed = 0; killed < kills; killed += 1) await run('', randomInt(0, 250))
    await expectWhole()
  })

  it('lets an operator find what was changed since', async () => {
    expect(await run()).toBe(0)
    rmSync(join(folder, readdirSync(folder)[4] ?? ''))
    const { code, printed } = await verify()
    expect(code).toBe(1)
    expect(printed).toEqual([expect.stringMatching(/\.gz: is missing$/), expect.stringContaining('1 wrong')])
  })
})

import { randomInt, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { FileArchiveFolder } from '../../src/adapters/archive/file-archive-folder.ts'
import { PrismaAuditArchiveStore } from '../../src/adapters/prisma/stores/audit/prisma-audit-archive-store.ts'
import { type ArchiveFinding, verifyArchives } from '../../src/domain/audit/archive-verification.ts'
import type { AuditArchiveStore } from '../../src/domain/audit/audit-archive-store.ts'
import { createArchiveAudit } from '../../src/jobs/archive-audit.ts'
import { type Logger, silentLogger } from '../../src/lib/observation/logger.ts'
import { insertPastEvents } from '../support/audit-events.ts'
import { patienceMs } from '../support/eventually.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const dayMs = 86_400_000
const parent = mkdtempSync(join(tmpdir(), 'archives-'))
let test: TestApp
let store: PrismaAuditArchiveStore
/** Of this test alone. */
let path: string
beforeAll(async () => {
  test = await createTestApp()
  store = new PrismaAuditArchiveStore(test.database.client)
})
beforeEach(async () => {
  path = join(parent, randomUUID())
  await test.database.client.auditEvent.deleteMany()
  await test.database.client.auditArchive.deleteMany()
})
afterAll(async () => {
  rmSync(parent, { recursive: true })
  await test.close()
})

const { database, clock } = { database: () => test.database, clock: () => test.clock }
const dayName = (daysAgo: number) =>
  new Date((Math.floor(clock().now().getTime() / dayMs) - daysAgo) * dayMs).toISOString().slice(0, 10)
const past = (daysAgo: number, days: number, eventsOfDay: number) =>
  insertPastEvents(database(), { daysAgo, days, eventsOfDay, now: clock().now() })
const countEvents = () => database().client.auditEvent.count()

interface Settings {
  readonly maxEventsPerFile?: number
  readonly folder?: null
  readonly retentionDays?: number | null
  readonly store?: AuditArchiveStore
  readonly logger?: Logger
}

function archive(settings: Settings = {}) {
  return createArchiveAudit({
    store,
    folder: new FileArchiveFolder(path),
    retentionDays: 90,
    key: Buffer.alloc(32, 1),
    clock: clock(),
    logger: silentLogger,
    ...settings,
  })()
}

async function findings(): Promise<readonly ArchiveFinding[]> {
  const found: ArchiveFinding[] = []
  const records = await store.listArchives()
  for await (const finding of verifyArchives(new FileArchiveFolder(path), records)) found.push(finding)
  return found
}

const linesOf = async (file: string) =>
  gunzipSync(await readFile(join(path, file)))
    .toString()
    .trimEnd()
    .split('\n')
const rewrite = async (file: string, lines: readonly string[]) =>
  writeFile(join(path, file), gzipSync(lines.map((line) => `${line}\n`).join('')))

describe('the archive of audit events', () => {
  it('takes whole days past the retention, a file each, and leaves the others where they are', async () => {
    await past(92, 4, 25)
    const ids = await database().client.auditEvent.findMany({ select: { id: true }, orderBy: { id: 'asc' } })
    expect(await archive()).toEqual({ archived: 50, removed: 50 })
    const files = [92, 91].map((ago) => `audit-${dayName(ago)}.ndjson.gz`)
    expect(await readdir(path)).toEqual(files)
    const lines = (await Promise.all(files.map(linesOf))).flat().map((line) => JSON.parse(line))
    expect(lines.map(({ id }) => id)).toEqual(ids.slice(0, 50).map(({ id }) => id))
    expect(await countEvents()).toBe(50)
    expect(await findings()).toEqual([])
    expect(await archive()).toEqual({ archived: 0, removed: 0 })
  })

  it('holds ids, words and digests, and nothing that names a person', async () => {
    await past(91, 1, 2)
    await archive()
    const lines = await linesOf(`audit-${dayName(91)}.ndjson.gz`)
    expect(lines.join()).not.toMatch(/203\.0\.113|curl|Oslo|request 1/)
    const [first, second] = lines.map((line) => JSON.parse(line))
    expect(first).toMatchObject({
      type: 'LOGIN_FAILED',
      reason: 'INVALID_CREDENTIALS',
      userId: expect.any(String),
      addressDigest: expect.stringMatching(/^hmac:[0-9a-f]{32}$/),
      details: { city: expect.stringMatching(/^hmac:/), number: 0 },
      previous: '0'.repeat(64),
    })
    expect(second.addressDigest).toBe(first.addressDigest)
    expect(second.agentDigest).not.toBe(first.addressDigest)
    expect(second.requestId).not.toBe(first.requestId)
  })

  it('takes nothing that people have written for a word of the program', async () => {
    await past(91, 1, 2)
    const { client } = database()
    const [mine, theirs] = await client.auditEvent.findMany({ orderBy: { id: 'asc' } })
    await client.auditEvent.update({
      where: { id: mine?.id ?? '' },
      data: { reason: 'WORD', actorId: mine?.userId ?? null, details: { name: 'LOVELACE', kind: 'WORD' } },
    })
    await client.auditEvent.update({
      where: { id: theirs?.id ?? '' },
      data: { reason: 'LOVELACE', actorId: randomUUID() },
    })
    await archive()
    const lines = await linesOf(`audit-${dayName(91)}.ndjson.gz`)
    expect(lines.join()).not.toContain('LOVELACE')
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ reason: 'WORD', details: { kind: 'WORD' } })
  })

  it('continues a day in further parts: where it has too many, and where some came late', async () => {
    await past(91, 1, 25)
    await archive({ maxEventsPerFile: 10 })
    await past(91, 1, 3)
    await archive({ maxEventsPerFile: 10 })
    const records = await store.listArchives()
    expect(records.map(({ part, events }) => [part, events])).toEqual([
      [1, 10],
      [2, 10],
      [3, 5],
      [4, 3],
    ])
    expect(records.map(({ file }) => file)[3]).toBe(`audit-${dayName(91)}.4.ndjson.gz`)
    expect(await countEvents()).toBe(0)
    expect(await findings()).toEqual([])
  })

  it('removes nothing without a retention', async () => {
    await past(92, 4, 25)
    expect(await archive({ retentionDays: null })).toEqual({ archived: 0, removed: 0 })
    expect(await archive({ retentionDays: null, folder: null })).toEqual({ archived: 0, removed: 0 })
    expect(await countEvents()).toBe(100)
  })

  it('removes nothing that is in no archive, and logs what is kept because there is no folder', async () => {
    const warn = vi.fn()
    const logger = { ...silentLogger, warn }
    await past(3, 2, 25)
    expect(await archive({ folder: null, logger })).toEqual({ archived: 0, removed: 0 })
    expect(warn).not.toHaveBeenCalled()
    await past(92, 1, 25)
    expect(await archive({ folder: null, logger })).toEqual({ archived: 0, removed: 0 })
    expect(await countEvents()).toBe(75)
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      { retentionDays: 90 },
      expect.stringContaining('AUDIT_ARCHIVE_DIR'),
    )
  })

  it('does not wait for a locked event, and removes it in the next run', {
    skip: inject('backend') === 'embedded',
  }, async () => {
    await past(92, 2, 5)
    const { client } = database()
    const held = (await client.auditEvent.findFirstOrThrow({ orderBy: { id: 'asc' } })).id
    await client.$transaction(
      async (holding) => {
        await holding.$executeRaw`UPDATE audit_events SET ip_address = NULL WHERE id = ${held}::uuid`
        await archive()
        expect(await countEvents()).toBe(6)
      },
      { timeout: patienceMs },
    )
    expect(await archive()).toMatchObject({ archived: 5 })
    expect(await countEvents()).toBe(0)
    expect((await store.listArchives()).map(({ events }) => events)).toEqual([5, 5])
    expect(await findings()).toEqual([])
  })

  it('removes no event whose file is gone or is another', async () => {
    await past(91, 1, 5)
    const file = `audit-${dayName(91)}.ndjson.gz`
    await archive()
    await past(91, 1, 5)
    await database().client.auditArchive.updateMany({ data: { removedAt: null } })
    const bytes = await readFile(join(path, file))
    await writeFile(join(path, file), gzipSync(''))
    await expect(archive()).rejects.toThrow(file)
    await rm(join(path, file))
    await expect(archive()).rejects.toThrow(file)
    expect(await countEvents()).toBe(5)
    await writeFile(join(path, file), bytes)
    expect(await archive()).toEqual({ archived: 0, removed: 5 })
    expect(await countEvents()).toBe(0)
  })

  it('leaves alone what another run has archived while this one had lost its lease and did not know', async () => {
    await past(92, 2, 1500)
    const slow = new PrismaAuditArchiveStore(database().client)
    const listOldest = slow.listOldest.bind(slow)
    vi.spyOn(slow, 'listOldest').mockImplementationOnce(async (span, limit) => {
      const events = await listOldest(span, limit)
      expect(await archive()).toEqual({ archived: 3000, removed: 3000 })
      return events
    })
    await archive({ store: slow }).catch(() => undefined)
    expect(await findings()).toEqual([])
    expect((await readdir(path)).toSorted()).toEqual([92, 91].map((ago) => `audit-${dayName(ago)}.ndjson.gz`))
  })

  it('sets aside what was never recorded and tidies drafts away', async () => {
    await past(91, 1, 5)
    const file = `audit-${dayName(91)}.ndjson.gz`
    await mkdir(path)
    await writeFile(join(path, file), 'from somewhere else')
    await writeFile(join(path, `.${file}.0123.draft`), 'half of it')
    await writeFile(join(path, 'notes.txt'), 'of the operator')
    await archive()
    expect((await readdir(path)).toSorted()).toEqual([
      file,
      expect.stringMatching(/\.gz\.[0-9a-f]{8}\.unrecorded$/),
      'notes.txt',
    ])
    expect(await findings()).toEqual([])
  })
})

describe('the verification of the archive', () => {
  const files: string[] = []
  beforeEach(async () => {
    await past(93, 3, 20)
    await archive()
    files.splice(0, 3, ...[93, 92, 91].map((ago) => `audit-${dayName(ago)}.ndjson.gz`))
  })
  const nth = (index: number): string => files[index] ?? ''

  it('finds nothing where nothing was touched', async () => {
    expect(await findings()).toEqual([])
  })

  it('names file and line of a flipped byte, wherever it is', async () => {
    const text = gunzipSync(await readFile(join(path, nth(1))))
    const original = await readFile(join(path, nth(1)))
    const lineAt = (position: number) => text.subarray(0, position).filter((byte) => byte === 10).length + 1
    const last = text.length - 2
    const places = [
      0,
      1,
      last,
      text.indexOf('previous') + 30,
      ...Array.from({ length: 60 }, () => randomInt(last)),
    ]
    for (const place of places) {
      const flipped = Buffer.from(text)
      flipped.writeUInt8(flipped.readUInt8(place) ^ (1 << randomInt(8)), place)
      await writeFile(join(path, nth(1)), gzipSync(flipped))
      const found = await findings()
      expect(found, `byte ${place}`).toMatchObject([{ file: nth(1), line: lineAt(place), wrong: true }])
    }
    await writeFile(join(path, nth(1)), original)
    expect(await findings()).toEqual([])
  })

  it('names the file of a byte that was flipped under the compression', async () => {
    const bytes = await readFile(join(path, nth(0)))
    const places = [...bytes.keys()].filter(
      (place) => place < 12 || place > bytes.length - 10 || place % 37 === 0,
    )
    for (const place of places) {
      const flipped = Buffer.from(bytes)
      flipped.writeUInt8(flipped.readUInt8(place) ^ (1 << randomInt(8)), place)
      await writeFile(join(path, nth(0)), flipped)
      expect(await findings(), `byte ${place}`).toMatchObject([{ file: nth(0), wrong: true }])
    }
  })

  it('names a missing file, and only that', async () => {
    await rm(join(path, nth(1)))
    expect(await findings()).toEqual([{ file: nth(1), line: null, what: 'is missing', wrong: true }])
  })

  it('names files that have changed places', async () => {
    await rename(join(path, nth(0)), join(path, 'x'))
    await rename(join(path, nth(2)), join(path, nth(0)))
    await rename(join(path, 'x'), join(path, nth(2)))
    expect(await findings()).toMatchObject([
      { file: nth(0), line: null, what: `holds what belongs in ${nth(2)}` },
      { file: nth(2), line: null, what: `holds what belongs in ${nth(0)}` },
    ])
  })

  it('names where lines were taken out, put in or exchanged', async () => {
    const lines = await linesOf(nth(1))
    const swapped = lines.toSpliced(6, 2, lines[7] ?? '', lines[6] ?? '')
    const cases: [changed: readonly string[], line: number][] = [
      [lines.toSpliced(4, 1), 4],
      [lines.slice(1), 1],
      [lines.slice(0, -1), 20],
      [[], 1],
      [lines.toSpliced(10, 0, lines[3] ?? ''), 11],
      [[...lines, lines[19] ?? ''], 21],
      [swapped, 7],
    ]
    for (const [changed, line] of cases) {
      await rewrite(nth(1), changed)
      expect(await findings(), `line ${line}`).toMatchObject([{ file: nth(1), line, wrong: true }])
    }
  })

  it('finds a chain that was forged from a line on', async () => {
    const lines = await linesOf(nth(2))
    await rewrite(nth(2), [...lines.slice(0, 19), (lines[19] ?? '').replace('LOGIN_FAILED', 'LOGOUT')])
    expect(await findings()).toMatchObject([{ file: nth(2), line: 20 }])
  })

  it('finds records that were taken out or turned', async () => {
    const { client } = database()
    await client.auditArchive.delete({ where: { sequence: 2 } })
    expect(await findings()).toMatchObject([
      { file: nth(2), what: expect.stringContaining('2 is missing') },
      { file: nth(1), what: expect.stringContaining('not recorded'), wrong: false },
    ])
  })

  it('reports a file that no run has recorded, which is no error', async () => {
    await writeFile(join(path, 'audit-2020-01-01.ndjson.gz'), gzipSync(''))
    expect(await findings()).toMatchObject([{ file: 'audit-2020-01-01.ndjson.gz', wrong: false }])
  })
})

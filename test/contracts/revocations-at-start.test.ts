import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { MemoryRevocationChannel } from '../../src/adapters/memory/memory-revocation-channel.ts'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { PrismaRevocationStore } from '../../src/adapters/prisma/stores/sessions/prisma-revocation-store.ts'
import type { RevocableToken, Revocation } from '../../src/domain/tokens/revocation.ts'
import { RevocationList, type RevocationListDeps } from '../../src/domain/tokens/revocation-list.ts'
import type { FeedPosition, PackedRevocations } from '../../src/domain/tokens/revocation-store.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { revocableToken } from '../support/revocable-token.ts'
import { openOwnTestDatabase } from '../support/test-database.ts'

/** A token, whether a list has to refuse it, and why. */
interface Probe {
  readonly why: string
  readonly token: RevocableToken
  readonly isRevoked: boolean
}

let database: Database
let store: PrismaRevocationStore
beforeAll(async () => {
  database = await openOwnTestDatabase()
  store = new PrismaRevocationStore(database.client)
  await database.client.$executeRaw`ALTER TYPE revocation_kind ADD VALUE 'OF_A_NEWER_VERSION'`
})
afterAll(() => database.close())

let clock: ManualClock
const lists: RevocationList[] = []
beforeEach(async () => {
  clock = new ManualClock()
  await database.client.revocation.deleteMany()
})
afterEach(() => {
  for (const list of lists.splice(0)) list.stop()
})

const later = (ms: number) => new Date(clock.now().getTime() + ms)
const token = (of: Partial<RevocableToken> = {}) => revocableToken(clock.now(), of)

/** A list that polls only when the test says so. */
function createList(changed: Partial<RevocationListDeps['store']> = {}): RevocationList {
  const { listPage, listPacked, isRevoked, readClock } = PrismaRevocationStore.prototype
  const bound = {
    listPage: listPage.bind(store),
    listPacked: listPacked.bind(store),
    isRevoked: isRevoked.bind(store),
    readClock: readClock.bind(store),
  }
  const list = new RevocationList({
    store: { ...bound, ...changed },
    channel: new MemoryRevocationChannel(),
    clock,
    logger: silentLogger,
    stalenessSeconds: 86_400,
    pollMs: 3_600_000,
  })
  lists.push(list)
  return list
}

/** A list that has loaded everything packed, in pages of that many rows. */
async function loadPacked(rows: number): Promise<RevocationList> {
  // The poll that follows must not find what the load has missed.
  const listPage = async () => []
  const list = createList({ listPage, listPacked: (after, now) => store.listPacked(after, now, rows) })
  await list.start()
  return list
}

/** A list that has loaded everything by an ordinary poll. */
async function loadByPoll(): Promise<RevocationList> {
  const list = createList()
  await list.poll()
  return list
}

const verdicts = (list: RevocationList, probes: readonly Probe[]) =>
  Promise.all(probes.map(async (probe) => ({ why: probe.why, isRevoked: await list.isRevoked(probe.token) })))

/** Writes a revoked session for each time, in milliseconds from now. Returns their ids. */
async function insertSessions(times: readonly number[]): Promise<readonly string[]> {
  const rows = times.map((ms) => ({
    id: randomUUID(),
    kind: 'SESSION' as const,
    sessionId: randomUUID(),
    recordedAt: later(ms),
    expiresAt: later(60_000),
  }))
  await database.client.revocation.createMany({ data: rows })
  return rows.map(({ sessionId }) => sessionId)
}

/** Writes revocations of every kind, with some that meet their bounds, and returns tokens around each of them. */
async function writeEveryKind(): Promise<readonly Probe[]> {
  const probes: Probe[] = []
  const expect = (why: string, of: Partial<RevocableToken>, isRevoked: boolean) =>
    probes.push({ why, token: token(of), isRevoked })
  const write = (revocation: Revocation) => store.insert(revocation)
  for (const expiresAt of [later(60_001), later(60_999), later(3_600_000)]) {
    const [sessionId, userId] = [randomUUID(), randomUUID()]
    await write({ kind: 'SESSION', sessionId, expiresAt })
    expect('session', { sessionId }, true)
    expect('user with the id of a session', { userId: sessionId, tokenVersion: 0 }, false)
    await write({ kind: 'USER', userId, minimumTokenVersion: 5, expiresAt })
    await write({ kind: 'USER', userId, minimumTokenVersion: 4, expiresAt: later(120_000) })
    expect('older version of a user', { userId, tokenVersion: 4 }, true)
    expect('present version of a user', { userId, tokenVersion: 5 }, false)
  }
  const uuid = randomUUID()
  const texts = [
    uuid,
    randomUUID().toUpperCase(),
    `{${randomUUID()}}`,
    randomUUID().replaceAll('-', ''),
    `${randomUUID()}\n`,
    `urn:uuid:${randomUUID()}`,
    'of another issuer ☂',
    `x'; --`,
  ]
  for (const tokenId of texts) {
    await write({ kind: 'TOKEN', tokenId, expiresAt: later(60_000) })
    expect(`jti ${tokenId}`, { tokenId }, true)
  }
  expect('jti in upper case', { tokenId: uuid.toUpperCase() }, false)
  expect('session with the id of a jti', { sessionId: uuid }, false)
  await writeAccess(expect)
  await writeTenants(expect)
  expect('nothing of it', {}, false)
  return probes
}

type Expect = (why: string, of: Partial<RevocableToken>, isRevoked: boolean) => void

async function writeAccess(expect: Expect): Promise<void> {
  const [tenantId, expiresAt] = [randomUUID(), later(60_000)]
  await store.insert({ kind: 'ACCESS', tenantId: null, role: 'editor', minimumAccessVersion: 7, expiresAt })
  await store.insert({ kind: 'ACCESS', tenantId, role: null, minimumAccessVersion: 9, expiresAt })
  expect('role of every tenant', { accessRoles: ['editor'], accessVersion: 6 }, true)
  expect('role that was read later', { accessRoles: ['editor'], accessVersion: 7 }, false)
  expect('every role of a tenant', { tenantId, accessRoles: ['author'], accessVersion: 8 }, true)
  expect('role of another tenant', { accessRoles: ['author'], accessVersion: 6 }, false)
}

async function writeTenants(expect: Expect): Promise<void> {
  const [tenantId, expiresAt, issuedBefore] = [randomUUID(), later(60_000), later(-1000)]
  await store.insert({ kind: 'TENANT', tenantId, tenantVersion: 4, issuedBefore, expiresAt })
  await store.insert({ kind: 'TENANT', tenantId, tenantVersion: 5, issuedBefore: null, expiresAt })
  expect('token from before the end of a tenant', { tenantId, issuedAt: later(-1001) }, true)
  expect('token from after it', { tenantId, issuedAt: issuedBefore }, false)
}

describe('revocations that a process loads at its start', () => {
  it.each([1, 3, 7, 10_000])('are those of a poll, of every kind, in pages of %i', async (rows) => {
    const probes = await writeEveryKind()
    const [packed, polled] = [await loadPacked(rows), await loadByPoll()]
    const wanted = probes.map(({ why, isRevoked }) => ({ why, isRevoked }))
    expect(await verdicts(packed, probes)).toEqual(wanted)
    expect(await verdicts(polled, probes)).toEqual(wanted)
    expect(packed.stats).toEqual(polled.stats)
    expect(packed.stats).toMatchObject({ revokedSessions: 3, revokedUsers: 3, revokedTokens: 8 })
  })

  it('are remembered as long as those of a poll', async () => {
    const probes = await writeEveryKind()
    const [packed, polled] = [await loadPacked(4), await loadByPoll()]
    for (const seconds of [60, 1, 1, 60, 3500]) {
      clock.advance(seconds)
      for (const list of [packed, polled]) await list.poll()
      expect(await verdicts(packed, probes)).toEqual(await verdicts(polled, probes))
      expect(packed.stats).toEqual(polled.stats)
    }
    expect(packed.stats.oldestExpiresAt).toBeNull()
  })

  it('include API keys and versions of tenants', async () => {
    const [apiKeyId, tenantId, expiresAt] = [randomUUID(), randomUUID(), later(60_000)]
    await store.insert({ kind: 'API_KEY', apiKeyId, expiresAt })
    await store.insert({ kind: 'TENANT', tenantId, tenantVersion: 6, issuedBefore: null, expiresAt })
    const list = await loadPacked(1)
    expect(list.knowsApiKey(apiKeyId)).toBe(true)
    expect(list.knowsApiKey(randomUUID())).toBe(false)
    expect(list.knowsSession(apiKeyId)).toBe(false)
    expect(list.tenantVersion(tenantId)).toBe(6)
  })

  it('include each of many with one time, whether or not they fill the last page', async () => {
    const ids = await insertSessions(Array.from({ length: 12 }, () => -60_000))
    for (const rows of [5, 4, 12]) {
      const list = await loadPacked(rows)
      expect(ids.every((id) => list.knowsSession(id))).toBe(true)
    }
  })

  it('go on after the last row of a page, as those of a poll', async () => {
    await insertSessions([-5, -4, -4, -4, -3, -3, -3, -3, -2, -1, -1, -1])
    let after: FeedPosition | null = null
    for (let page = 0; page < 3; page += 1) {
      const packed: PackedRevocations = await store.listPacked(after, clock.now(), 4)
      const rows = await store.listPage(after, clock.now(), 4)
      expect(rows).toHaveLength(4)
      expect(packed.next).toEqual(rows.at(-1)?.position)
      after = packed.next
    }
    expect((await store.listPacked(after, clock.now(), 4)).next).toBeNull()
  })

  it('leave out what has expired and kinds of a newer version, and go on after them', async () => {
    const [gone, kept] = [randomUUID(), randomUUID()]
    await store.insert({ kind: 'SESSION', sessionId: gone, expiresAt: clock.now() })
    for (let count = 0; count < 3; count += 1)
      await database.client.$executeRaw`
        INSERT INTO revocations (id, kind, session_id, recorded_at, expires_at)
        VALUES (gen_random_uuid(), 'OF_A_NEWER_VERSION', gen_random_uuid(), clock_timestamp(), ${later(60_000)}::timestamptz)`
    await store.insert({ kind: 'SESSION', sessionId: kept, expiresAt: later(60_000) })
    const list = await loadPacked(2)
    expect(list.knowsSession(kept)).toBe(true)
    expect(list.stats.revokedSessions).toBe(1)
  })

  it('leave out rows without the column of their kind, as a poll does', async () => {
    const times = { recordedAt: later(-1000), expiresAt: later(60_000) }
    const userId = randomUUID()
    for (const kind of ['SESSION', 'USER', 'TOKEN', 'API_KEY', 'ACCESS', 'TENANT'] as const)
      await database.client.revocation.create({ data: { id: randomUUID(), kind, ...times } })
    await database.client.revocation.create({ data: { id: randomUUID(), kind: 'USER', userId, ...times } })
    const [packed, polled] = [await loadPacked(2), await loadByPoll()]
    expect(packed.stats).toEqual(polled.stats)
    expect(packed.minimumTokenVersion(userId)).toBe(0)
  })
})

describe('a poll', () => {
  it('goes on after a page in which a row lacks the column of its kind', async () => {
    const times = { recordedAt: later(-60_000), expiresAt: later(60_000) }
    await database.client.revocation.create({ data: { id: randomUUID(), kind: 'SESSION', ...times } })
    const ids = await insertSessions(Array.from({ length: 2000 }, (_, place) => place - 50_000))
    const list = await loadByPoll()
    expect(list.stats.revokedSessions).toBe(ids.length)
    expect(await store.listPage(null, clock.now(), 2)).toHaveLength(2)
  })
})

describe('revocations that are committed while a process loads', () => {
  it('are known after the start, also those that were recorded before the position of the load', async () => {
    const revoke = async (recordedAt: Date) => {
      const sessionId = randomUUID()
      const data = { id: randomUUID(), kind: 'SESSION' as const, sessionId, recordedAt }
      await database.client.revocation.create({ data: { ...data, expiresAt: later(60_000) } })
      return sessionId
    }
    const databaseAt = (await store.readClock()).getTime()
    for (let count = 0; count < 5; count += 1) await revoke(new Date(databaseAt - count))
    const late: string[] = []
    const list = createList({
      async listPacked(after, now) {
        const page = await store.listPacked(after, now, 2)
        // Before everything that was read, and after it.
        if (late.length < 6)
          late.push(await revoke(new Date(databaseAt - 5000)), await revoke(await store.readClock()))
        return page
      },
    })
    await list.start()
    expect(late.length).toBeGreaterThanOrEqual(6)
    expect(late.filter((sessionId) => !list.knowsSession(sessionId))).toEqual([])
    expect(list.isFresh).toBe(true)
  })
})

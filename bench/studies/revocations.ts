// Measures the cost of a million revocations: memory, load, insertion, look-up, counting and removal.
//   npm run bench -- revocations [entries of a kind, by default 1000000]
import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { MemoryRevocationChannel } from '../../src/adapters/memory/memory-revocation-channel.ts'
import { packedIdBytes } from '../../src/domain/tokens/packed-ids.ts'
import type { Revocation } from '../../src/domain/tokens/revocation.ts'
import { RevocationList } from '../../src/domain/tokens/revocation-list.ts'
import type { PackedRevocations, RevocationStore } from '../../src/domain/tokens/revocation-store.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'

const entries = Number(process.argv[2] ?? 1_000_000)
const batch = 1_000
const hour = 3_660_000

const noIds = new Uint8Array()
const noPage: PackedRevocations = {
  sessions: noIds,
  users: noIds,
  tokens: noIds,
  apiKeys: noIds,
  others: [],
  next: null,
}
const none: Pick<RevocationStore, 'listPage' | 'listPacked' | 'isRevoked' | 'readClock'> = {
  listPage: async () => [],
  listPacked: async () => noPage,
  isRevoked: async () => false,
  readClock: async () => new Date(Date.UTC(2026, 0, 1)),
}

/** Bytes in use after a garbage collection, on the heap and in typed arrays. */
async function heldBytes(): Promise<number> {
  // Typed arrays are released after a collection, not by it.
  for (let count = 0; count < 2; count += 1) {
    globalThis.gc?.()
    await setTimeout(100)
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  return heapUsed + arrayBuffers
}

/** CPU time in milliseconds. Unlike the duration, it does not depend on other work of the machine. */
async function timed(work: () => Promise<unknown> | unknown): Promise<number> {
  const started = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(started)
  return (user + system) / 1000
}

/** A flat string, as it arrives from a database or a channel, and not a rope of parts. */
function freshId(): string {
  return JSON.parse(JSON.stringify(randomUUID()))
}

const kinds: Record<Revocation['kind'], (expiresAt: Date) => Revocation> = {
  SESSION: (expiresAt) => ({ kind: 'SESSION', sessionId: freshId(), expiresAt }),
  USER: (expiresAt) => ({ kind: 'USER', userId: freshId(), minimumTokenVersion: 3, expiresAt }),
  TOKEN: (expiresAt) => ({ kind: 'TOKEN', tokenId: freshId(), expiresAt }),
  API_KEY: (expiresAt) => ({ kind: 'API_KEY', apiKeyId: freshId(), expiresAt }),
  ACCESS: (expiresAt) => ({
    kind: 'ACCESS',
    tenantId: freshId(),
    role: 'editor',
    minimumAccessVersion: 3,
    expiresAt,
  }),
  TENANT: (expiresAt) => ({
    kind: 'TENANT',
    tenantId: freshId(),
    tenantVersion: 3,
    issuedBefore: expiresAt,
    expiresAt,
  }),
}

const rowsOfPage = 10_000

/** A page of packed sessions with random ids. */
function createPage(expiresAtMs: number): Uint8Array {
  const sessions = randomBytes(rowsOfPage * packedIdBytes)
  for (let at = 16; at < sessions.length; at += packedIdBytes)
    sessions.writeBigInt64BE(BigInt(expiresAtMs), at)
  return sessions
}

/** The load at a start, without the database. */
async function measureLoad(): Promise<void> {
  const nowMs = Date.UTC(2026, 0, 1)
  const clock = { now: () => new Date(nowMs), monotonicMs: () => nowMs }
  const pages = Array.from({ length: Math.ceil(entries / rowsOfPage) }, () => createPage(nowMs + hour))
  const next = { recordedAt: clock.now(), id: randomUUID() }
  const listPacked = async () => {
    const sessions = pages.pop() ?? noIds
    return { ...noPage, sessions, next: pages.length > 0 ? next : null }
  }
  const store = { ...none, listPacked }
  const channel = new MemoryRevocationChannel()
  const list = new RevocationList({ store, channel, clock, logger: silentLogger, stalenessSeconds: 5 })
  const loading = await timed(() => list.start())
  list.stop()
  console.log(`a start loads ${list.stats.revokedSessions} packed sessions in ${loading.toFixed(0)} ms`)
}

async function measure(kind: Revocation['kind']): Promise<void> {
  let nowMs = Date.UTC(2026, 0, 1)
  const clock = { now: () => new Date(nowMs), monotonicMs: () => nowMs }
  const channel = new MemoryRevocationChannel()
  const deps = { store: none, channel, clock, logger: silentLogger, stalenessSeconds: 5 }
  const list = new RevocationList(deps)
  await list.poll()
  const before = await heldBytes()
  const inserting = await timed(() => {
    for (let done = 0; done < entries; done += batch) {
      // Spread over an hour, like real expiry times.
      const expiresAt = new Date(nowMs + hour + Math.floor((done / entries) * hour))
      list.announce(Array.from({ length: batch }, () => kinds[kind](expiresAt)))
    }
  })
  const bytes = ((await heldBytes()) - before) / entries
  const token = {
    sessionId: randomUUID(),
    userId: randomUUID(),
    tokenId: randomUUID(),
    tokenVersion: 9,
    tenantId: randomUUID(),
    accessRoles: ['editor'],
    accessVersion: 9,
    issuedAt: new Date(nowMs),
  }
  const lookingUp = await timed(async () => {
    for (let asked = 0; asked < 100_000; asked += 1) await list.isRevoked(token)
  })
  let total = 0
  const counting = await timed(() => {
    for (let asked = 0; asked < 1_000; asked += 1) {
      const { revokedSessions, revokedUsers, revokedTokens } = list.stats
      total = revokedSessions + revokedUsers + revokedTokens
    }
  })
  const idlePoll = await timed(() => list.poll())
  nowMs += hour + hour / 2
  const halfPoll = await timed(() => list.poll())
  console.log(
    [
      `${kind}: ${bytes.toFixed(0)} bytes each`,
      `inserted in ${((inserting / entries) * 1000).toFixed(2)} µs each`,
      `looked up in ${((lookingUp / 100_000) * 1000).toFixed(2)} µs`,
      `counted (${total}) in ${counting.toFixed(2)} µs`,
      `a poll with nothing to remove takes ${idlePoll.toFixed(2)} ms, one that removes the maximum takes ${halfPoll.toFixed(0)} ms`,
    ].join(', '),
  )
}

if (globalThis.gc === undefined) console.error('Without --expose-gc the memory figures are estimates.')
for (const kind of ['SESSION', 'USER', 'TOKEN', 'API_KEY'] as const) await measure(kind)
await measureLoad()

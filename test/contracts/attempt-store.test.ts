import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { MemoryAttemptStore } from '../../src/adapters/memory/memory-attempt-store.ts'
import { RedisAttemptStore } from '../../src/adapters/redis/redis-attempt-store.ts'
import { openRedis } from '../../src/adapters/redis/redis-client.ts'
import type { AttemptStore, LockOutRules } from '../../src/domain/attempts/attempt-store.ts'
import { LimiterFull } from '../../src/domain/rate-limits/rate-limiter.ts'
import { silentLogger } from '../../src/lib/logger.ts'
import { Secret } from '../../src/lib/secret.ts'
import { eventually } from '../support/eventually.ts'
import { ManualClock } from '../support/manual-clock.ts'

interface Opened {
  readonly store: AttemptStore
  /** Lets so much time pass for the store. */
  pass(seconds: number): Promise<void>
  close(): void
}

const implementations: Record<string, () => Promise<Opened>> = {
  memory: async () => {
    const clock = new ManualClock()
    const store = new MemoryAttemptStore({ clock, maxEntries: 1000 })
    return { store, pass: async (seconds) => clock.advance(seconds), close: () => undefined }
  },
  ...(inject('backend') === 'servers' ? { redis: openOnRedis } : {}),
}

async function openOnRedis(): Promise<Opened> {
  const redis = openRedis(new Secret(inject('redisUrl') ?? ''), 'test-attempts', silentLogger, {
    autoPipelining: true,
  })
  const store = new RedisAttemptStore(redis)
  await eventually(() => expect(redis.status).toBe('ready'))
  return { store, pass: (seconds) => sleep(seconds * 1000 + 20), close: () => redis.disconnect() }
}

const rules: LockOutRules = { failures: 5, windowSeconds: 60, lockSeconds: 60 }
const times = (count: number) => Array.from({ length: count })

describe.each(Object.entries(implementations))('attempts in %s', (_name, open) => {
  let opened: Opened
  beforeAll(async () => {
    opened = await open()
  })
  afterAll(() => opened.close())

  async function reserveTimes(key: string, count: number, wanted = rules) {
    const made = []
    for (const _ of times(count)) made.push(await opened.store.reserve(key, wanted))
    return made
  }

  it('are delayed from the number of failures in the rules', async () => {
    const made = await reserveTimes(randomUUID(), 6, { ...rules, delaysFromFailure: rules.failures })
    expect(made.map(({ kind }) => kind)).toEqual([...times(5).fill('ADMITTED'), 'LOCKED'])
  })

  it('of one hundred concurrent calls admit three, delay two, and refuse the others with the same lock', async () => {
    const key = randomUUID()
    const made = await Promise.all(times(100).map(() => opened.store.reserve(key, rules)))
    const kinds = made.map(({ kind }) => kind)
    expect(kinds.slice(0, 6)).toEqual(['ADMITTED', 'ADMITTED', 'ADMITTED', 'DELAYED', 'DELAYED', 'LOCKED'])
    expect(new Set(kinds.slice(5))).toEqual(new Set(['LOCKED']))
    expect(new Set(made.slice(4).map(({ unlocksAt }) => unlocksAt?.getTime())).size).toBe(1)
  })

  it('report the number of earlier failures, and when the next attempt is admitted', async () => {
    const made = await reserveTimes(randomUUID(), 5)
    expect(made.map((reservation) => 'failures' in reservation && reservation.failures)).toEqual([
      0, 1, 2, 3, 4,
    ])
    expect(made[3]).toMatchObject({ kind: 'DELAYED', retryAfterMs: 2000, unlocksAt: null })
    expect(made[4]).toMatchObject({ kind: 'DELAYED', retryAfterMs: 4000, unlocksAt: expect.any(Date) })
  })

  it('are admitted after the delay, up to the last one, which locks', async () => {
    const key = randomUUID()
    await reserveTimes(key, 3)
    await opened.pass(1)
    expect(await opened.store.reserve(key, rules)).toMatchObject({ kind: 'ADMITTED', failures: 3 })
    await opened.pass(2)
    const last = await opened.store.reserve(key, rules)
    expect(last).toMatchObject({ kind: 'ADMITTED', failures: 4, unlocksAt: expect.any(Date) })
    const after = await opened.store.reserve(key, rules)
    expect(after).toEqual({ kind: 'LOCKED', unlocksAt: last.unlocksAt })
  })

  it('do not extend a lock, and start from zero after it', async () => {
    const key = randomUUID()
    const short = { ...rules, lockSeconds: 0.5 }
    const [locking] = (await reserveTimes(key, 5, short)).slice(-1)
    await opened.pass(0.3)
    expect(await opened.store.reserve(key, short)).toEqual({ kind: 'LOCKED', unlocksAt: locking?.unlocksAt })
    await opened.pass(0.25)
    expect(await opened.store.reserve(key, short)).toEqual({ kind: 'ADMITTED', failures: 0, unlocksAt: null })
  })

  it('leave the window one by one', async () => {
    const key = randomUUID()
    const short = { ...rules, windowSeconds: 0.6 }
    await opened.store.reserve(key, short)
    await opened.pass(0.4)
    await opened.store.reserve(key, short)
    await opened.pass(0.3)
    expect(await opened.store.reserve(key, short)).toMatchObject({ failures: 1 })
  })

  it('are removed by clear, locked or not, for that key only', async () => {
    const [locked, counted, other] = [randomUUID(), randomUUID(), randomUUID()]
    await reserveTimes(locked, 5)
    await reserveTimes(counted, 2)
    await reserveTimes(other, 1)
    for (const key of [locked, counted]) {
      await opened.store.clear(key)
      expect(await opened.store.reserve(key, rules)).toMatchObject({ kind: 'ADMITTED', failures: 0 })
    }
    expect(await opened.store.reserve(other, rules)).toMatchObject({ failures: 1 })
  })

  it('are undone by release: one failure less, and no lock', async () => {
    const [locked, counted] = [randomUUID(), randomUUID()]
    await opened.store.release(randomUUID(), rules)
    await reserveTimes(counted, 2)
    await opened.store.release(counted, rules)
    expect(await opened.store.reserve(counted, rules)).toMatchObject({ failures: 1 })
    await reserveTimes(locked, 5)
    await opened.store.release(locked, rules)
    expect(await opened.store.reserve(locked, rules)).toMatchObject({ kind: 'DELAYED', failures: 4 })
  })

  it('count distinct members, and report whether a member is new', async () => {
    const key = randomUUID()
    for (let n = 1; n <= 30; n += 1) {
      expect(await opened.store.countDistinct(key, `member ${n}`)).toEqual({ count: n, added: true })
      expect(await opened.store.countDistinct(key, 'member 1')).toEqual({ count: n, added: false })
    }
    expect(await opened.store.peekDistinct(key)).toBe(30)
    expect(await opened.store.peekDistinct(randomUUID())).toBe(0)
  })
})

describe('attempts in memory', () => {
  const openSmall = () => {
    const clock = new ManualClock()
    return { clock, store: new MemoryAttemptStore({ clock, maxEntries: 3 }) }
  }

  it('are refused if memory is full, except for keys that already have an entry', async () => {
    const { store } = openSmall()
    for (const key of ['a', 'b', 'c']) await store.reserve(key, rules)
    await expect(store.reserve('d', rules)).rejects.toBeInstanceOf(LimiterFull)
    expect(await store.reserve('a', rules)).toMatchObject({ kind: 'ADMITTED', failures: 1 })
    await store.clear('b')
    expect(await store.reserve('d', rules)).toMatchObject({ kind: 'ADMITTED' })
  })

  it('that were all released use no memory', async () => {
    const store = new MemoryAttemptStore({ clock: new ManualClock(), maxEntries: 2 })
    for (const key of ['a', 'b', 'c', 'd']) {
      await store.reserve(key, rules)
      await store.release(key, rules)
    }
    expect(await store.reserve('e', rules)).toMatchObject({ kind: 'ADMITTED', failures: 0 })
  })

  it('keep locks if memory is full, and free expired entries', async () => {
    const { clock, store } = openSmall()
    for (const _ of times(5)) await store.reserve('a', { ...rules, lockSeconds: 600 })
    for (const key of ['b', 'c']) await store.reserve(key, rules)
    clock.advance(61)
    for (const key of ['d', 'e']) await store.reserve(key, rules)
    await expect(store.reserve('f', rules)).rejects.toBeInstanceOf(LimiterFull)
    expect(await store.reserve('a', rules)).toMatchObject({ kind: 'LOCKED' })
  })

  it('drop the oldest distinct counts if memory is full, and all after an hour', async () => {
    const { clock, store } = openSmall()
    for (const member of ['1', '2']) await store.countDistinct('a', member)
    for (const member of ['1', '2']) await store.countDistinct('b', member)
    expect([await store.peekDistinct('a'), await store.peekDistinct('b')]).toEqual([0, 2])
    clock.advance(3600)
    expect(await store.peekDistinct('b')).toBe(0)
  })
})

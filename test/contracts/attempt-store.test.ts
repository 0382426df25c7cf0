import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { FailoverAttemptStore } from '../../src/adapters/failover/failover-attempt-store.ts'
import { MemoryAttemptStore } from '../../src/adapters/memory/memory-attempt-store.ts'
import { RedisAttemptStore } from '../../src/adapters/redis/redis-attempt-store.ts'
import { openRedis } from '../../src/adapters/redis/redis-client.ts'
import type { AttemptStore, LockOutRules, Reservation } from '../../src/domain/attempts/attempt-store.ts'
import { LimiterFull } from '../../src/domain/rate-limits/rate-limiter.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { noMetrics } from '../../src/lib/observation/metrics.ts'
import { eventually } from '../support/eventually.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { redisSettings } from '../support/redis-settings.ts'

/** Tests of outages have a limit of their own; on a busy machine Redis has time to respond. */
const timeoutMs = 10_000

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
  const redis = openRedis(redisSettings(inject('redisUrl') ?? '', timeoutMs), 'test-attempts', silentLogger, {
    autoPipelining: true,
  })
  const store = new RedisAttemptStore(redis, timeoutMs)
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

  /** Reserves an attempt of its own. */
  const reserve = (key: string, attempt: string = randomUUID(), wanted = rules) =>
    opened.store.reserve({ key, attempt }, wanted)

  /** A wrong guess: reserved, and counted as a failure if it is compared or came too early. */
  async function guess(key: string, wanted = rules) {
    const attempt = { key, attempt: randomUUID() }
    const reservation = await opened.store.reserve(attempt, wanted)
    const counts = reservation.kind === 'ADMITTED' || reservation.kind === 'DELAYED'
    return { reservation, failure: counts ? await opened.store.fail(attempt, wanted) : null }
  }

  async function guessTimes(key: string, count: number, wanted = rules) {
    const made = []
    for (const _ of times(count)) made.push(await guess(key, wanted))
    return made
  }

  const kindsOf = (made: readonly { reservation: Reservation }[]) =>
    made.map(({ reservation }) => reservation.kind)

  it('are delayed from the number of failures in the rules', async () => {
    const made = await guessTimes(randomUUID(), 6, { ...rules, delaysFromFailure: rules.failures })
    expect(kindsOf(made)).toEqual([...times(5).fill('ADMITTED'), 'LOCKED'])
  })

  it('of one hundred at once are admitted three times until a result is known', async () => {
    const key = randomUUID()
    const made = await Promise.all(times(100).map(() => reserve(key)))
    expect(made.filter(({ kind }) => kind === 'ADMITTED')).toHaveLength(3)
    expect(made.filter(({ kind }) => kind === 'BUSY')).toHaveLength(97)
  })

  it('of one hundred at once are admitted as often as the rules say without delays', async () => {
    const key = randomUUID()
    const undelayed = { ...rules, delaysFromFailure: rules.failures }
    const made = await Promise.all(times(100).map(() => reserve(key, randomUUID(), undelayed)))
    expect(made.filter(({ kind }) => kind === 'ADMITTED')).toHaveLength(5)
  })

  it('that fail at once lock once', async () => {
    const key = randomUUID()
    const failures = await Promise.all(
      times(100).map(() => opened.store.fail({ key, attempt: randomUUID() }, rules)),
    )
    expect(failures.filter(({ began }) => began)).toHaveLength(1)
    expect(new Set(failures.slice(4).map(({ unlocksAt }) => unlocksAt?.getTime())).size).toBe(1)
    expect(failures.slice(0, 4).map(({ unlocksAt }) => unlocksAt)).toEqual([null, null, null, null])
  })

  it('report the number of earlier failures, and when the next attempt is admitted', async () => {
    const made = await guessTimes(randomUUID(), 5)
    const earlier = made.map(({ reservation: one }) => 'failures' in one && one.failures)
    expect(earlier).toEqual([0, 1, 2, 3, 4])
    expect(made.map(({ failure }) => failure?.failures)).toEqual([1, 2, 3, 4, 5])
    expect(made[3]?.reservation).toMatchObject({ kind: 'DELAYED', retryAfterMs: 2000 })
    expect(made[3]?.failure).toMatchObject({ unlocksAt: null, began: false })
    expect(made[4]?.reservation).toMatchObject({ kind: 'DELAYED', retryAfterMs: 4000 })
    expect(made[4]?.failure).toMatchObject({ unlocksAt: expect.any(Date), began: true })
  })

  it('are admitted after the delay, up to the last one, which locks', async () => {
    const key = randomUUID()
    await guessTimes(key, 3)
    await opened.pass(1)
    expect((await guess(key)).reservation).toEqual({ kind: 'ADMITTED', failures: 3 })
    await opened.pass(2)
    const last = await guess(key)
    expect(last.reservation).toEqual({ kind: 'ADMITTED', failures: 4 })
    expect(last.failure).toMatchObject({ unlocksAt: expect.any(Date), began: true })
    const { reservation } = await guess(key)
    expect(reservation).toEqual({ kind: 'LOCKED', unlocksAt: last.failure?.unlocksAt })
  })

  it('do not extend a lock, and start from zero after it', async () => {
    const key = randomUUID()
    const short = { ...rules, lockSeconds: 0.5 }
    const [locking] = (await guessTimes(key, 5, short)).slice(-1)
    const unlocksAt = locking?.failure?.unlocksAt
    await opened.pass(0.3)
    expect(await reserve(key, randomUUID(), short)).toEqual({ kind: 'LOCKED', unlocksAt })
    const late = await opened.store.fail({ key, attempt: randomUUID() }, short)
    expect(late).toEqual({ failures: 0, unlocksAt, began: false })
    await opened.pass(0.25)
    expect(await reserve(key, randomUUID(), short)).toEqual({ kind: 'ADMITTED', failures: 0 })
  })

  it('leave the window one by one', async () => {
    const key = randomUUID()
    const short = { ...rules, windowSeconds: 0.6 }
    await guess(key, short)
    await opened.pass(0.4)
    await guess(key, short)
    await opened.pass(0.3)
    expect(await reserve(key, randomUUID(), short)).toMatchObject({ failures: 1 })
  })

  it('are removed by clear, locked or not, for that key only', async () => {
    const [locked, counted, other] = [randomUUID(), randomUUID(), randomUUID()]
    await guessTimes(locked, 5)
    await guessTimes(counted, 2)
    await reserve(counted)
    await guessTimes(other, 1)
    for (const key of [locked, counted]) {
      await opened.store.clear(key)
      expect(await reserve(key)).toEqual({ kind: 'ADMITTED', failures: 0 })
    }
    expect(await reserve(other)).toMatchObject({ failures: 1 })
  })

  it('are taken back by release, each by its own name', async () => {
    const key = randomUUID()
    await opened.store.release({ key, attempt: 'unknown' })
    for (const attempt of ['a', 'b', 'c']) await reserve(key, attempt)
    expect(await reserve(key, 'd')).toMatchObject({ kind: 'BUSY' })
    await opened.store.fail({ key, attempt: 'c' }, rules)
    for (const attempt of ['a', 'a', 'd']) await opened.store.release({ key, attempt })
    expect(await reserve(key, 'd')).toEqual({ kind: 'ADMITTED', failures: 1 })
    await opened.store.release({ key, attempt: 'b' })
    await opened.store.release({ key, attempt: 'c' })
    expect(await reserve(key, 'e')).toEqual({ kind: 'ADMITTED', failures: 0 })
  })

  it('end no lock by release', async () => {
    const key = randomUUID()
    const undelayed = { ...rules, delaysFromFailure: rules.failures }
    await opened.store.reserve({ key, attempt: 'held' }, undelayed)
    await Promise.all(times(5).map((_, n) => opened.store.fail({ key, attempt: `${n}` }, undelayed)))
    await opened.store.release({ key, attempt: 'held' })
    expect(await reserve(key)).toMatchObject({ kind: 'LOCKED' })
  })

  it('count as a failure once', async () => {
    const attempt = { key: randomUUID(), attempt: randomUUID() }
    await opened.store.reserve(attempt, rules)
    for (const _ of times(3))
      expect(await opened.store.fail(attempt, rules)).toEqual({ failures: 1, unlocksAt: null, began: false })
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
    for (const key of ['a', 'b', 'c']) await store.fail({ key, attempt: '1' }, rules)
    await expect(store.reserve({ key: 'd', attempt: '1' }, rules)).rejects.toBeInstanceOf(LimiterFull)
    expect(await store.reserve({ key: 'a', attempt: '2' }, rules)).toEqual({ kind: 'ADMITTED', failures: 1 })
    await store.clear('b')
    expect(await store.reserve({ key: 'd', attempt: '1' }, rules)).toMatchObject({ kind: 'ADMITTED' })
  })

  it('that were all released use no memory', async () => {
    const store = new MemoryAttemptStore({ clock: new ManualClock(), maxEntries: 2 })
    for (const key of ['a', 'b', 'c', 'd']) {
      await store.reserve({ key, attempt: '1' }, rules)
      await store.release({ key, attempt: '1' })
    }
    expect(await store.reserve({ key: 'e', attempt: '1' }, rules)).toEqual({ kind: 'ADMITTED', failures: 0 })
  })

  it('keep locks if memory is full, and free expired entries', async () => {
    const { clock, store } = openSmall()
    const fail = (key: string, attempt: string) =>
      store.fail({ key, attempt }, { ...rules, lockSeconds: 600 })
    for (const attempt of ['1', '2', '3', '4', '5']) await fail('a', attempt)
    for (const key of ['b', 'c']) await fail(key, '1')
    clock.advance(91)
    for (const key of ['d', 'e']) await store.reserve({ key, attempt: '1' }, rules)
    await expect(fail('f', '1')).rejects.toBeInstanceOf(LimiterFull)
    expect(await store.reserve({ key: 'a', attempt: '6' }, rules)).toMatchObject({ kind: 'LOCKED' })
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

describe('attempts whose answers from Redis are lost', () => {
  /** Executes every call. While `lost`, the caller gets an error instead of the result. */
  function openFailover({ replicas = 1 } = {}) {
    const clock = new ManualClock()
    const shared = new MemoryAttemptStore({ clock, maxEntries: 100 })
    const state = { lost: false }
    const losing = async <T>(call: Promise<T>): Promise<T> => {
      const result = await call
      if (state.lost) throw new Error('No answer.')
      return result
    }
    const unreliable: AttemptStore = {
      reserve: (...given) => losing(shared.reserve(...given)),
      fail: (...given) => losing(shared.fail(...given)),
      release: (...given) => losing(shared.release(...given)),
      clear: (...given) => losing(shared.clear(...given)),
      countDistinct: (...given) => losing(shared.countDistinct(...given)),
      peekDistinct: (...given) => losing(shared.peekDistinct(...given)),
    }
    const store = new FailoverAttemptStore({
      shared: unreliable,
      own: new MemoryAttemptStore({ clock, maxEntries: 100 }),
      replicas,
      maxLocks: 100,
      clock,
      breakerClock: clock,
      logger: silentLogger,
      metrics: noMetrics,
    })
    return { clock, state, store }
  }

  it.each(['fail', 'release'] as const)('hold no place after the outage (%s)', async (end) => {
    const { clock, state, store } = openFailover()
    for (const attempt of ['a', 'b', 'c']) {
      state.lost = true
      await store.reserve({ key: 'ada', attempt }, rules)
      if (end === 'fail') await store.fail({ key: 'ada', attempt }, rules)
      else await store.release({ key: 'ada', attempt })
      state.lost = false
      clock.advance(5)
      await store.peekDistinct('anything')
    }
    expect(await store.reserve({ key: 'ada', attempt: 'd' }, rules)).toMatchObject({ kind: 'ADMITTED' })
  })

  it('hold no place after the outage if this process, which admits its share, refuses them', async () => {
    const { clock, state, store } = openFailover({ replicas: 2 })
    const reserve = (attempt: string) => store.reserve({ key: 'ada', attempt }, { ...rules, failures: 2 })
    state.lost = true
    await reserve('admitted')
    clock.advance(5)
    expect(await reserve('refused')).toEqual({ kind: 'BUSY' })
    await store.release({ key: 'ada', attempt: 'admitted' })
    state.lost = false
    clock.advance(5)
    for (const attempt of ['first', 'second'])
      expect(await reserve(attempt)).toMatchObject({ kind: 'ADMITTED' })
  })
})

import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, inject, it, vi } from 'vitest'
import { MemoryRateLimiter } from '../../src/adapters/memory/memory-rate-limiter.ts'
import { openRedis } from '../../src/adapters/redis/redis-client.ts'
import { RedisRateLimiter } from '../../src/adapters/redis/redis-rate-limiter.ts'
import type { Budget } from '../../src/domain/rate-limits/limits.ts'
import type { Charge, LimitVerdict, RateLimiter } from '../../src/domain/rate-limits/rate-limiter.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { systemClock } from '../../src/lib/time/clock.ts'
import { eventually } from '../support/eventually.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { redisSettings } from '../support/redis-settings.ts'

/** Tests of outages have a limit of their own; on a busy machine Redis has time to respond. */
const timeoutMs = 10_000

interface Opened {
  readonly limiter: RateLimiter
  /** The same counters as another process sees them. */
  readonly elsewhere: RateLimiter
  /** Lets time pass. */
  wait(ms: number): Promise<void>
}

const opened: { disconnect(): void }[] = []
afterEach(() => {
  for (const redis of opened.splice(0)) redis.disconnect()
})

async function openConnection() {
  const redis = openRedis(redisSettings(inject('redisUrl') ?? '', timeoutMs), 'test-limits', silentLogger, {
    limitedByCaller: true,
  })
  opened.push(redis)
  await eventually(() => expect(redis.status).toBe('ready'))
  return redis
}

const implementations: Record<string, () => Promise<Opened>> = {
  memory: async () => {
    const clock = new ManualClock()
    const limiter = new MemoryRateLimiter({ clock, maxCounters: 1000 })
    return { limiter, elsewhere: limiter, wait: async (ms) => clock.advance(ms / 1000) }
  },
  ...(inject('backend') === 'servers'
    ? {
        redis: async () => {
          const [here, there] = [await openConnection(), await openConnection()]
          const limiter = new RedisRateLimiter({ redis: here, clock: systemClock, timeoutMs })
          const elsewhere = new RedisRateLimiter({ redis: there, clock: systemClock, timeoutMs })
          return { limiter, elsewhere, wait: (ms: number) => sleep(ms) }
        },
      }
    : {}),
}

const freshKey = () => randomBytes(16).toString('base64url')
const charge = (max: number, windowSeconds = 60, key = freshKey()): Charge => ({
  name: 'loginAddress',
  budget: { max, windowSeconds } satisfies Budget,
  key,
})
const admitted = (verdicts: readonly LimitVerdict[]) => verdicts.filter((verdict) => verdict.admitted).length

/** Redis counts by the real clock. A busy machine can wait much longer than it was told to: then the test runs again. */
const timed = { retry: 4 }

describe.each(Object.entries(implementations))('a rate limiter in %s', (_name, open) => {
  it('reports the remaining calls, and refuses the first call above the budget', async () => {
    const { limiter } = await open()
    const one = charge(3)
    for (const remaining of [2, 1]) {
      const verdict = await limiter.consume(one)
      expect(verdict).toMatchObject({ admitted: true, remaining, retryAfterMs: 0 })
      expect(verdict.resetAfterMs).toBeGreaterThan(59_000)
      expect(verdict.resetAfterMs).toBeLessThanOrEqual(60_001)
    }
    for (const admits of [true, false, false]) {
      const verdict = await limiter.consume(one)
      expect(verdict).toMatchObject({ admitted: admits, remaining: 0 })
      expect(verdict.retryAfterMs).toBeGreaterThan(59_000)
      expect(verdict.retryAfterMs).toBeLessThanOrEqual(60_001)
    }
  })

  it(
    'knows that a budget is used up, until a call leaves the window, and counts no question',
    timed,
    async () => {
      const { limiter, wait } = await open()
      const one = charge(2, 1)
      for (const remaining of [1, 0]) {
        for (let question = 0; question < 3; question += 1) expect(limiter.refusalOf(one)).toBeNull()
        expect((await limiter.consume(one)).remaining).toBe(remaining)
      }
      expect(limiter.refusalOf(one)).toMatchObject({ admitted: false, remaining: 0 })
      expect(limiter.refusalOf(charge(2, 1))).toBeNull()
      await wait(1002)
      expect(limiter.refusalOf(one)).toBeNull()
    },
  )

  it('admits exactly the budget of one hundred concurrent calls from several processes', async () => {
    const { limiter, elsewhere } = await open()
    const one = charge(37)
    const calls = Array.from({ length: 100 }, (_, n) => (n % 2 === 0 ? limiter : elsewhere).consume(one))
    const verdicts = await Promise.all(calls)
    expect(admitted(verdicts)).toBe(37)
    const left = verdicts.filter((verdict) => verdict.admitted).map((verdict) => verdict.remaining)
    expect(left.toSorted((a, b) => b - a)).toEqual(Array.from({ length: 37 }, (_, n) => 36 - n))
  })

  it('does not count refused calls, and admits again after retryAfterMs', timed, async () => {
    const { limiter, wait } = await open()
    const one = charge(2, 1)
    await limiter.consume(one)
    await wait(400)
    await limiter.consume(one)
    for (let call = 0; call < 20; call += 1) expect((await limiter.consume(one)).admitted).toBe(false)
    const { retryAfterMs } = await limiter.consume(one)
    expect(retryAfterMs).toBeGreaterThan(300)
    expect(retryAfterMs).toBeLessThanOrEqual(601)
    await wait(retryAfterMs - 50)
    expect((await limiter.consume(one)).admitted).toBe(false)
    await wait(52)
    expect((await limiter.consume(one)).admitted).toBe(true)
    expect((await limiter.consume(one)).admitted).toBe(false)
  })

  it('slides: calls at the end of one second count at the beginning of the next', timed, async () => {
    const { limiter, wait } = await open()
    const one = charge(4, 1)
    const seen: LimitVerdict[] = []
    for (let step = 0; step < 10; step += 1) {
      seen.push(await limiter.consume(one), await limiter.consume(one))
      await wait(90)
    }
    expect(admitted(seen)).toBe(4)
  })

  it('restores the whole budget after resetAfterMs', timed, async () => {
    const { limiter, wait } = await open()
    const one = charge(3, 1)
    await limiter.consume(one)
    await wait(300)
    const { resetAfterMs } = await limiter.consume(one)
    await wait(resetAfterMs + 1)
    expect((await limiter.consume(one)).remaining).toBe(2)
  })

  it('refunds the latest call, also if the budget is used up', async () => {
    const { limiter } = await open()
    const one = charge(2)
    await limiter.refund(one)
    expect((await limiter.consume(one)).remaining).toBe(1)
    await limiter.refund(one)
    expect((await limiter.consume(one)).remaining).toBe(1)
    expect((await limiter.consume(one)).remaining).toBe(0)
    expect((await limiter.consume(one)).admitted).toBe(false)
    await limiter.refund(one)
    expect((await limiter.consume(one)).admitted).toBe(true)
    expect((await limiter.consume(one)).admitted).toBe(false)
  })

  it('refunds the latest of several calls, and keeps the times of the earlier ones', timed, async () => {
    const { limiter, wait } = await open()
    const one = charge(2, 1)
    await limiter.consume(one)
    await wait(500)
    await limiter.consume(one)
    await limiter.refund(one)
    await wait(510)
    expect((await limiter.consume(one)).remaining).toBe(1)
  })

  it('counts keys, names and sizes separately', async () => {
    const { limiter } = await open()
    const one = charge(1)
    const others: Charge[] = [
      { ...one, key: freshKey() },
      { ...one, name: 'refresh' },
      { ...one, budget: { max: 2, windowSeconds: 60 } },
      { ...one, budget: { max: 1, windowSeconds: 61 } },
    ]
    expect((await limiter.consume(one)).admitted).toBe(true)
    expect((await limiter.consume(one)).admitted).toBe(false)
    for (const other of others) expect((await limiter.consume(other)).admitted).toBe(true)
  })

  it('counts large budgets', async () => {
    const { limiter } = await open()
    const one = charge(5000)
    for (let batch = 0; batch < 51; batch += 1) {
      const verdicts = await Promise.all(Array.from({ length: 100 }, () => limiter.consume(one)))
      expect(admitted(verdicts)).toBe(batch < 50 ? 100 : 0)
    }
  })
})

describe.runIf(inject('backend') === 'servers')('the rate limiter in Redis', () => {
  it('leaves no key after the window or a refund', async () => {
    const redis = await openConnection()
    const limiter = new RedisRateLimiter({ redis, clock: systemClock, timeoutMs })
    const [brief, returned, standing] = [charge(5, 1), charge(5), charge(5)]
    const keysOf = ({ key }: Charge) => redis.keys(`*${key}*`)
    for (const one of [brief, returned, standing]) await limiter.consume(one)
    for (const one of [brief, returned, standing]) expect(await keysOf(one)).toHaveLength(1)
    await limiter.refund(returned)
    expect(await keysOf(returned)).toEqual([])
    const [key = ''] = await keysOf(standing)
    expect(await redis.pttl(key)).toBeGreaterThan(59_000)
    expect(await redis.pttl(key)).toBeLessThanOrEqual(60_001)
    await eventually(async () => expect(await keysOf(brief)).toEqual([]))
  })

  it('keeps at most seventeen entries of a busy counter, in few bytes', async () => {
    const redis = await openConnection()
    const limiter = new RedisRateLimiter({ redis, clock: systemClock, timeoutMs })
    const one = charge(1_000_000, 1)
    const endsAt = performance.now() + 1500
    while (performance.now() < endsAt) {
      await Promise.all(Array.from({ length: 20 }, () => limiter.consume(one)))
      await sleep(5)
    }
    const [key = ''] = await redis.keys(`*${one.key}*`)
    expect(await redis.strlen(key)).toBeLessThanOrEqual(3 + 9 + 17 * (9 + 5))
  })

  it('never admits more than the budget in any window, and counts no call more than a sixteenth too long', async () => {
    const redis = await openConnection()
    const limiter = new RedisRateLimiter({ redis, clock: systemClock, timeoutMs })
    const callers = Array.from({ length: 20 }, async (_, n) => {
      const max = 1 + (n % 10) * 3
      const one = charge(max, 1)
      const admitted: { asked: number; answered: number }[] = []
      const endsAt = performance.now() + 2500
      while (performance.now() < endsAt) {
        const asked = performance.now()
        const verdict = await limiter.consume(one)
        const answered = performance.now()
        // Redis counted somewhere in between: each bound is taken from the side that is certain.
        if (!verdict.admitted) {
          const held = admitted.filter((call) => asked - call.answered < 1000 * (17 / 16) + 2)
          expect(held.length).toBeGreaterThanOrEqual(max)
        } else {
          admitted.push({ asked, answered })
          const first = admitted.at(-1 - max)
          if (first !== undefined) expect(answered - first.asked).toBeGreaterThanOrEqual(1000)
        }
        await sleep(Math.random() * 100)
      }
      return admitted.length
    })
    for (const [n, admitted] of (await Promise.all(callers)).entries())
      expect(admitted).toBeGreaterThan(Math.min(1 + (n % 10) * 3, 15))
  })

  it('continues after the server has lost its scripts', async () => {
    const redis = await openConnection()
    const limiter = new RedisRateLimiter({ redis, clock: systemClock, timeoutMs })
    await limiter.consume(charge(1))
    await redis.script('FLUSH')
    const verdicts = await Promise.all(Array.from({ length: 10 }, () => limiter.consume(charge(1))))
    expect(admitted(verdicts)).toBe(10)
  })

  it('counts the calls of one turn of the event loop with one script for each 32 keys', async () => {
    const redis = await openConnection()
    const limiter = new RedisRateLimiter({ redis, clock: systemClock, timeoutMs })
    await limiter.consume(charge(1))
    const scripts = vi.spyOn(redis, 'countCalls')
    const [tight, wide] = [charge(2), { ...charge(50), name: 'all' as const }]
    const verdicts = await Promise.all([tight, wide, tight, tight, wide].map((one) => limiter.consume(one)))
    expect(verdicts.map(({ admitted: admits, remaining }) => [admits, remaining])).toEqual([
      ...[
        [true, 1],
        [true, 49],
        [true, 0],
        [false, 0],
        [true, 48],
      ],
    ])
    expect(scripts).toHaveBeenCalledTimes(1)
    await Promise.all(Array.from({ length: 70 }, () => limiter.consume(charge(1))))
    expect(scripts).toHaveBeenCalledTimes(4)
  })

  it('sends no request for a key whose budget is used up', async () => {
    const redis = await openConnection()
    const limiter = new RedisRateLimiter({ redis, clock: systemClock, timeoutMs })
    const one = charge(1)
    await limiter.consume(one)
    redis.disconnect()
    expect((await limiter.consume(one)).admitted).toBe(false)
    await expect(limiter.consume({ ...one, key: randomUUID() })).rejects.toThrow()
  })
})

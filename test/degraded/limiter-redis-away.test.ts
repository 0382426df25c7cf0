import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { FailoverRateLimiter } from '../../src/adapters/failover/failover-rate-limiter.ts'
import { MemoryRateLimiter } from '../../src/adapters/memory/memory-rate-limiter.ts'
import { openRedis } from '../../src/adapters/redis/redis-client.ts'
import { RedisRateLimiter } from '../../src/adapters/redis/redis-rate-limiter.ts'
import type { Charge, RateLimiter } from '../../src/domain/rate-limits/rate-limiter.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { systemClock } from '../../src/lib/time/clock.ts'
import { eventually } from '../support/eventually.ts'
import { noteCounts } from '../support/noted-counts.ts'
import { hasRedisServer, OwnRedis } from '../support/own-redis.ts'
import { redisSettings } from '../support/redis-settings.ts'
import { Stopwatch } from '../support/stopwatch.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'

/** Longer than by default, for a busy machine; shorter than the outages below. */
const timeoutMs = 250
/** A command may take the time limit; the rest is for a busy machine. */
const worstWaitMs = 2 * timeoutMs
const budget = { max: 10, windowSeconds: 60 }
const replicas = 3
/** Of a budget of 10, rounded up. */
const share = 4

const freshCharge = (): Charge => ({ name: 'query', budget, key: randomBytes(16).toString('base64url') })

interface Opened {
  readonly limiter: RateLimiter
  readonly lines: string[]
  readonly counted: string[]
  readonly alerts: () => number
  close(): void
}

/** The connection is ready, so that its opening is no outage on a busy machine. */
async function open(url: string): Promise<Opened> {
  const redis = openRedis(redisSettings(url, timeoutMs), 'test-limits', silentLogger, {
    limitedByCaller: true,
  })
  await eventually(() => expect(redis.status).toBe('ready'))
  const lines: string[] = []
  const counted: string[] = []
  let alerts = 0
  const write = (level: string) => (_fields: object, message: string) =>
    void lines.push(`${level}: ${message}`)
  const limiter = new FailoverRateLimiter({
    shared: new RedisRateLimiter({ redis, clock: systemClock, timeoutMs }),
    own: new MemoryRateLimiter({ clock: systemClock, maxCounters: 1000 }),
    replicas,
    clock: systemClock,
    logger: { ...silentLogger, warn: write('warn'), info: write('info') },
    metrics: noteCounts(counted),
    onDegraded: () => {
      alerts += 1
    },
  })
  return { limiter, lines, counted, alerts: () => alerts, close: () => redis.disconnect() }
}

/** Calls one after the other; how many are admitted, and how long the calls waited, longest first. */
async function callMany(limiter: RateLimiter, charge: Charge, calls: number) {
  let admitted = 0
  const waits: number[] = []
  for (let call = 0; call < calls; call += 1) {
    const watch = new Stopwatch()
    if ((await limiter.consume(charge)).admitted) admitted += 1
    waits.push(watch.stop())
  }
  return { admitted, waits: waits.sort((a, b) => b - a) }
}

/** Redis counts again: it knows the whole budget, not a share. */
const takenOver = (limiter: RateLimiter) =>
  eventually(async () => expect((await limiter.consume(freshCharge())).remaining).toBe(budget.max - 1), {
    everyMs: 50,
  })

let proxy: TcpProxy
let own: OwnRedis | null
let opened: Opened
beforeEach(async () => {
  proxy = await TcpProxy.open(inject('redisUrl') ?? '')
  own = hasRedisServer() ? await OwnRedis.start() : null
})
afterEach(async () => {
  opened.close()
  await proxy.close()
  await own?.stop()
})

interface Outage {
  readonly how: string
  url(): string
  fail(): Promise<void> | void
  restore(): Promise<void> | void
  readonly forgets: boolean
}

const outages: Outage[] = [
  {
    how: 'cut off',
    url: () => proxy.url,
    fail: () => proxy.cut(),
    restore: () => proxy.restore(),
    forgets: false,
  },
  {
    how: 'silent',
    url: () => proxy.url,
    fail: () => proxy.freeze(),
    restore: () => proxy.restore(),
    forgets: false,
  },
]
const ownOutages: Outage[] = [
  {
    how: 'stopped',
    url: () => own?.url ?? '',
    fail: () => own?.stop(),
    restore: () => own?.start(),
    forgets: true,
  },
  {
    how: 'paused',
    url: () => own?.url ?? '',
    fail: () => own?.pause(),
    restore: () => own?.resume(),
    forgets: false,
  },
]

describe.each([...outages, ...(hasRedisServer() ? ownOutages : [])])(
  'while Redis is $how',
  ({ url, fail, restore, forgets }) => {
    it('this process counts its share, and Redis goes on where it was', async () => {
      opened = await open(url())
      const { limiter, lines } = opened
      const charge = freshCharge()
      expect((await callMany(limiter, charge, 4)).admitted).toBe(4)
      expect(lines).toEqual([])

      await fail()
      const away = await callMany(limiter, charge, 300)
      expect(away.admitted).toBe(share)
      expect(away.waits[0]).toBeLessThan(worstWaitMs)
      expect(away.waits[3]).toBeLessThan(20)
      expect(opened.counted.length).toBe(300)
      expect(new Set(opened.counted)).toEqual(new Set(['limiter_degraded rate-limiter']))

      await restore()
      await takenOver(limiter)
      const { admitted } = await callMany(limiter, charge, 20)
      expect(admitted).toBeLessThanOrEqual(forgets ? 10 : 6)
      // The call that got no answer may be counted there as well.
      expect(admitted).toBeGreaterThanOrEqual(5)
      expect(lines).toEqual([
        'warn: rate limits are counted in this process: Redis does not respond',
        'info: rate limits are counted in Redis again',
      ])
      expect(opened.alerts()).toBe(1)
    })

    it('a hundred calls at once are all answered, in the time of one', async () => {
      opened = await open(url())
      const { limiter } = opened
      await limiter.consume(freshCharge())
      await fail()
      const charge = freshCharge()
      const watch = new Stopwatch()
      const verdicts = await Promise.all(Array.from({ length: 100 }, () => limiter.consume(charge)))
      expect(watch.stop()).toBeLessThan(worstWaitMs)
      expect(verdicts.filter(({ admitted }) => admitted)).toHaveLength(share)
      await restore()
    })

    it('a budget that Redis said is used up stays so', async () => {
      opened = await open(url())
      const { limiter } = opened
      const charge = freshCharge()
      expect((await callMany(limiter, charge, 11)).admitted).toBe(10)
      await fail()
      expect((await callMany(limiter, freshCharge(), 5)).admitted).toBe(share)
      expect((await callMany(limiter, charge, 50)).admitted).toBe(0)
      // What this process knows by itself says nothing of Redis.
      expect(opened.lines).toEqual(['warn: rate limits are counted in this process: Redis does not respond'])
      await restore()
    })
  },
)

describe('while Redis comes and goes', () => {
  it('no call waits long, none fails, and a window admits the budget and the share at most', async () => {
    opened = await open(proxy.url)
    const { limiter, lines } = opened
    const charges = Array.from({ length: 10 }, freshCharge)
    const admitted = new Map<Charge, number>()
    let worst = 0
    const flapping = (async () => {
      for (let n = 0; n < 7; n += 1) {
        if (n % 2 === 0) proxy.cut()
        else proxy.freeze()
        await sleep(300)
        proxy.restore()
        await sleep(300)
      }
    })()
    const endsAt = performance.now() + 4200
    while (performance.now() < endsAt) {
      for (const charge of charges) {
        const { admitted: once, waits } = await callMany(limiter, charge, 1)
        admitted.set(charge, (admitted.get(charge) ?? 0) + once)
        worst = Math.max(worst, waits[0] ?? 0)
      }
      await sleep(10)
    }
    await flapping
    await takenOver(limiter)
    expect(worst).toBeLessThan(worstWaitMs)
    for (const charge of charges) expect(admitted.get(charge)).toBeLessThanOrEqual(budget.max + share)
    const warnings = lines.filter((line) => line.startsWith('warn'))
    expect(warnings.length).toBeGreaterThan(0)
    expect(warnings.length).toBeLessThanOrEqual(7)
    expect(lines.length).toBe(warnings.length * 2)
  })
})

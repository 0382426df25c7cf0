import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MemoryRateLimiter } from '../../src/adapters/memory/memory-rate-limiter.ts'
import type { Budget, BudgetName } from '../../src/domain/rate-limits/limits.ts'
import { type Charge, LimiterFull } from '../../src/domain/rate-limits/rate-limiter.ts'

/** A clock in milliseconds, fractions too. */
class Stopwatch {
  ms: number
  constructor(ms = 0) {
    this.ms = ms
  }
  monotonicMs(): number {
    return this.ms
  }
}

const budget: Budget = { max: 3, windowSeconds: 60 }
const charge = (key: string, more: Partial<Charge> = {}): Charge => ({
  name: 'loginAddress',
  budget,
  key,
  ...more,
})

function open(maxCounters = 100, clock = new Stopwatch()) {
  return { clock, limiter: new MemoryRateLimiter({ clock, maxCounters }) }
}

describe('a rate limiter in memory', () => {
  it('admits no more than the budget in any window, and holds no call longer than a sixteenth more', async () => {
    /** Microseconds; often within one part of the window, which is 125 ms. */
    const wait = fc.oneof(fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 0, max: 600_000 }))
    const steps = fc.array(fc.record({ wait, back: fc.nat(9) }), { minLength: 50, maxLength: 300 })
    const start = fc.integer({ min: 0, max: 2 ** 43 })
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 15 }), steps, start, async (max, taken, startedAt) => {
        const { clock, limiter } = open(3, new Stopwatch(startedAt / 1000))
        const one = charge('a', { budget: { max, windowSeconds: 2 } })
        let log: number[] = []
        for (const step of taken) {
          clock.ms += step.wait / 1000
          const held = (ms: number) => log.filter((at) => clock.ms - at < ms).length
          const { admitted, remaining } = await limiter.consume(one)
          if (admitted) expect(held(2000)).toBeLessThan(max)
          else expect(held(2000 * (17 / 16) + 2)).toBeGreaterThanOrEqual(max)
          if (admitted) log.push(clock.ms)
          expect(remaining).toBeLessThanOrEqual(max - held(2000))
          if (step.back > 0 || held(2000) === 0) continue
          await limiter.refund(one)
          log = log.slice(0, -1)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('is exact for calls that are a sixteenth of the window apart', async () => {
    const { clock, limiter } = open()
    const times = [0, 4_000, 8_000]
    for (const at of times) {
      clock.ms = at
      expect((await limiter.consume(charge('a'))).admitted).toBe(true)
    }
    for (const at of times) {
      clock.ms = at + 59_999
      expect(await limiter.consume(charge('a'))).toMatchObject({ admitted: false, retryAfterMs: 1 })
      clock.ms = at + 60_000
      expect((await limiter.consume(charge('a'))).admitted).toBe(true)
    }
  })

  it('counts a million calls in one window', async () => {
    const { limiter, clock } = open()
    const large = charge('a', { budget: { max: 1_000_000, windowSeconds: 60 } })
    for (let call = 0; call < 1_000_000; call += 1) {
      if (call % 100_000 === 0) clock.ms += 5_000
      await limiter.consume(large)
    }
    expect(await limiter.consume(large)).toMatchObject({ admitted: false, remaining: 0 })
  })

  it('has as many counters as it may, and drops none that counts for a newcomer', async () => {
    const { clock, limiter } = open(100)
    for (let n = 0; n < 100; n += 1) await limiter.consume(charge(`key ${n}`))
    await expect(limiter.consume(charge('a newcomer'))).rejects.toThrow(LimiterFull)
    clock.ms += 30_000
    for (let n = 0; n < 100; n += 1)
      expect(await limiter.consume(charge(`key ${n}`))).toMatchObject({ remaining: 1 })
    await expect(limiter.consume(charge('a newcomer'))).rejects.toThrow(LimiterFull)
  })

  it('frees the counters that have run out, of other budgets too', async () => {
    const { clock, limiter } = open(100)
    const brief = { name: 'refresh', budget: { max: 1, windowSeconds: 1 } } as const
    for (let n = 0; n < 50; n += 1) await limiter.consume(charge(`key ${n}`, brief))
    for (let n = 0; n < 50; n += 1) await limiter.consume(charge(`key ${n}`))
    clock.ms += 1_000
    for (let n = 50; n < 100; n += 1) expect((await limiter.consume(charge(`key ${n}`))).admitted).toBe(true)
    for (let n = 0; n < 100; n += 1) expect((await limiter.consume(charge(`key ${n}`))).remaining).toBe(1)
    await expect(limiter.consume(charge('a newcomer'))).rejects.toThrow(LimiterFull)
  })

  it('frees expired entries of every budget at the next call of any', async () => {
    const names: readonly BudgetName[] = ['register', 'refresh', 'mutation', 'query', 'all', 'oneTimeToken']
    for (const name of names) {
      const { clock, limiter } = open(100)
      for (const other of names) await limiter.consume(charge('a', { name: other }))
      for (let n = 0; n < 94; n += 1) await limiter.consume(charge(`key ${n}`, { name: 'loginIdentifier' }))
      clock.ms += 30_000
      for (const other of names) await limiter.consume(charge('a', { name: other }))
      clock.ms += 30_000
      for (let n = 0; n < 94; n += 1)
        expect((await limiter.consume(charge(`newcomer ${n}`, { name }))).admitted).toBe(true)
      await expect(limiter.consume(charge('one more', { name }))).rejects.toThrow(LimiterFull)
    }
  })

  it('frees those that have run out from behind one that is still used', async () => {
    const { clock, limiter } = open(100)
    for (let n = 0; n < 100; n += 1) await limiter.consume(charge(`key ${n}`))
    clock.ms += 30_000
    await limiter.consume(charge('key 0'))
    clock.ms += 30_000
    for (let n = 0; n < 99; n += 1)
      expect((await limiter.consume(charge(`newcomer ${n}`))).admitted).toBe(true)
    expect((await limiter.consume(charge('key 0'))).remaining).toBe(1)
  })

  it('keeps half of its counters for windows of a minute and less', async () => {
    const { clock, limiter } = open(100)
    const lasting = { name: 'mailIdentifier', budget: { max: 3, windowSeconds: 3600 } } as const
    for (let n = 0; n < 50; n += 1) await limiter.consume(charge(`key ${n}`, lasting))
    await expect(limiter.consume(charge('a newcomer', lasting))).rejects.toThrow(LimiterFull)
    const other = { ...lasting, name: 'mailAddress' } as const
    await expect(limiter.consume(charge('a newcomer', other))).rejects.toThrow(LimiterFull)
    expect((await limiter.consume(charge('key 0', lasting))).remaining).toBe(1)
    for (let n = 0; n < 50; n += 1) await limiter.consume(charge(`key ${n}`))
    await expect(limiter.consume(charge('a newcomer'))).rejects.toThrow(LimiterFull)
    clock.ms += 3_600_000
    expect((await limiter.consume(charge('a newcomer', lasting))).admitted).toBe(true)
  })

  it('clears away as it counts', async () => {
    const { clock, limiter } = open(1_000)
    for (let n = 0; n < 1_000; n += 1) await limiter.consume(charge(`key ${n}`))
    clock.ms += 60_000
    const busy = charge('the only one', { budget: { max: 1_000, windowSeconds: 60 } })
    for (let n = 0; n < 520; n += 1) await limiter.consume(busy)
    expect(limiter.size).toBe(1)
  })

  it('finds everything again, however counters come and go', async () => {
    const calls = fc.array(fc.tuple(fc.nat(30), fc.integer({ min: 0, max: 9_000 }), fc.boolean()), {
      maxLength: 400,
    })
    await fc.assert(
      fc.asyncProperty(calls, async (taken) => {
        const { clock, limiter } = open(31)
        const counted = new Map<number, number[]>()
        for (const [who, waitMs, back] of taken) {
          clock.ms += waitMs
          const one = charge(`person ${who}`, { budget: { max: 1000, windowSeconds: 60 } })
          const live = (counted.get(who) ?? []).filter((at) => clock.ms - at < 60_000)
          const { remaining } = await limiter.consume(one)
          expect(remaining).toBeLessThanOrEqual(1000 - live.length - 1)
          expect(remaining).toBeGreaterThanOrEqual(
            1000 - (counted.get(who) ?? []).filter((at) => clock.ms - at < 63_750).length - 1,
          )
          counted.set(who, [...(counted.get(who) ?? []), clock.ms])
          if (!back) continue
          await limiter.refund(one)
          counted.get(who)?.pop()
        }
        expect(limiter.size).toBeLessThanOrEqual(31)
      }),
      { numRuns: 100 },
    )
  })

  it('forgets everything in a pause longer than any window', async () => {
    const { clock, limiter } = open()
    for (let call = 0; call < 3; call += 1) await limiter.consume(charge('a'))
    // Times of 32 bits come round again after 50 days.
    clock.ms += 2 ** 32 + 1
    expect((await limiter.consume(charge('a'))).remaining).toBe(2)
  })

  it('counts budgets of more sizes than it can number at a time', async () => {
    const { limiter, clock } = open(100)
    const sized = (max: number) => charge('a', { name: 'tenant', budget: { max, windowSeconds: 1 } })
    for (let max = 1; max <= 66_000; max += 1) {
      await limiter.consume(sized(max))
      clock.ms += 20
    }
    const { admitted, remaining } = await limiter.consume(sized(65_999))
    expect([admitted, remaining]).toEqual([true, 65_997])
    const one = charge('b', { name: 'tenant', budget: { max: 1, windowSeconds: 2 } })
    expect((await limiter.consume(one)).admitted).toBe(true)
    expect((await limiter.consume(one)).admitted).toBe(false)
  })

  it('is asked about a budget that it cannot number, and does not throw', async () => {
    const { limiter } = open(70_000)
    const sized = (max: number) => charge('a', { name: 'tenant', budget: { max, windowSeconds: 60 } })
    for (let max = 1; max <= 2 ** 16; max += 1) await limiter.consume(sized(max))
    const next = sized(2 ** 16 + 1)
    await expect(limiter.consume(next)).rejects.toBeInstanceOf(LimiterFull)
    expect(limiter.refusalOf(next)).toBeNull()
  })
})

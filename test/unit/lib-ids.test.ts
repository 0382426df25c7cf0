import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createIds } from '../../src/lib/ids/ids.ts'
import { type Clock, systemClock } from '../../src/lib/time/clock.ts'

function clockAt(times: readonly number[]): Clock {
  let index = -1
  return {
    now: () => {
      index = Math.min(index + 1, times.length - 1)
      return new Date(times[index] ?? 0)
    },
    monotonicMs: () => 0,
  }
}

describe('createIds', () => {
  it('makes uuids of version 7 that hold the time', () => {
    const id = createIds(clockAt([Date.UTC(2025, 0, 2)])).next()
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)).toBe(Date.UTC(2025, 0, 2))
  })

  it('keeps the order within one millisecond, also beyond what the counter holds', () => {
    const ids = createIds(clockAt([1_700_000_000_000]))
    const made = Array.from({ length: 20_000 }, () => ids.next())
    expect(made.toSorted()).toEqual(made)
    expect(new Set(made).size).toBe(made.length)
  })

  it('keeps the order for any movement of the clock', () => {
    const times = fc.array(fc.integer({ min: 0, max: 2 ** 47 }), { minLength: 2, maxLength: 50 })
    fc.assert(
      fc.property(times, (steps) => {
        const ids = createIds(clockAt(steps))
        const made = steps.map(() => ids.next())
        expect(made.toSorted()).toEqual(made)
        expect(new Set(made).size).toBe(made.length)
      }),
    )
  })

  it('shares nothing between two sources', () => {
    const clock = clockAt([1_700_000_000_000])
    expect(createIds(clock).next()).not.toBe(createIds(clock).next())
  })
})

describe('systemClock', () => {
  it('returns the time and measures durations', () => {
    const before = systemClock.monotonicMs()
    expect(Math.abs(systemClock.now().getTime() - Date.now())).toBeLessThan(1000)
    expect(systemClock.monotonicMs()).toBeGreaterThanOrEqual(before)
  })
})

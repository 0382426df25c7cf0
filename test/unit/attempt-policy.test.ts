import { describe, expect, it } from 'vitest'
import {
  type CountedAttempt,
  countedNow,
  delayMsAfter,
  judgeAttempt,
  maxComparisonMs,
} from '../../src/domain/attempts/attempt-policy.ts'

const rules = { failures: 5, windowSeconds: 60, lockSeconds: 10 }

describe('the delay after a failure', () => {
  it('begins with the third, doubles and stays at half a minute', () => {
    const delays = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 100].map((failures) => delayMsAfter(failures))
    expect(delays).toEqual([0, 0, 0, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
  })
})

const failed = (...times: readonly number[]): CountedAttempt[] =>
  times.map((atMs, n) => ({ attempt: `failed ${n}`, atMs, comparing: false }))
const comparing = (...times: readonly number[]): CountedAttempt[] =>
  times.map((atMs, n) => ({ attempt: `comparing ${n}`, atMs, comparing: true }))

describe('an attempt', () => {
  it('is admitted while there were few failures, however fast they came', () => {
    expect(judgeAttempt(failed(0, 0), 0, rules)).toEqual({ kind: 'ADMITTED', failures: 2, retryAfterMs: 0 })
  })

  it('is too early within the delay after the latest failure', () => {
    expect(judgeAttempt(failed(0, 0, 0), 999, rules)).toEqual({
      kind: 'DELAYED',
      failures: 3,
      retryAfterMs: 2000,
    })
    expect(judgeAttempt(failed(0, 0, 0), 1000, rules)).toMatchObject({ kind: 'ADMITTED', failures: 3 })
  })

  it('waits for comparisons whose failure would delay or lock it, and for no others', () => {
    expect(judgeAttempt(comparing(0, 0), 0, rules)).toMatchObject({ kind: 'ADMITTED', failures: 0 })
    expect(judgeAttempt(comparing(0, 0, 0), 0, rules)).toMatchObject({ kind: 'BUSY', failures: 0 })
    expect(judgeAttempt([...failed(0, 0), ...comparing(0)], 0, rules)).toMatchObject({ kind: 'BUSY' })
    const undelayed = { ...rules, delaysFromFailure: rules.failures }
    expect(judgeAttempt([...failed(0, 0), ...comparing(0, 0)], 0, undelayed).kind).toBe('ADMITTED')
    expect(judgeAttempt([...failed(0, 0), ...comparing(0, 0, 0)], 0, undelayed).kind).toBe('BUSY')
  })

  it('that was never reported counts as a failure, and the last possible one locks', () => {
    const dead = comparing(0, 0, 0, 0, 0)
    const counted = countedNow(dead, maxComparisonMs, { ...rules, windowSeconds: 600 })
    expect(counted.map((one) => one.comparing)).toEqual([false, false, false, false, false])
    expect(judgeAttempt(counted, maxComparisonMs, rules).kind).toBe('LOCKED')
  })

  it('forgets failures that have left the window, each at its own time, but no comparison', () => {
    const counted = countedNow([...failed(0, 10_000), ...comparing(0)], 60_000, rules)
    expect(counted.map(({ atMs }) => atMs)).toEqual([10_000, 0])
  })
})

import { describe, expect, it } from 'vitest'
import { delayMsAfter, judgeAttempt, withoutLatest } from '../../src/domain/attempts/attempt-policy.ts'

const rules = { failures: 5, windowSeconds: 60, lockSeconds: 10 }

describe('the delay after a failure', () => {
  it('begins with the third, doubles and stays at half a minute', () => {
    const delays = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 100].map((failures) => delayMsAfter(failures))
    expect(delays).toEqual([0, 0, 0, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000])
  })
})

describe('an attempt', () => {
  it('is admitted while there were few failures, however fast they came', () => {
    expect(judgeAttempt([0, 0], 0, rules)).toEqual({
      kind: 'ADMITTED',
      failures: 2,
      locks: false,
      retryAfterMs: 0,
      failedAtMs: [0, 0, 0],
    })
  })

  it('is too early within the delay, counts, and makes the delay longer', () => {
    expect(judgeAttempt([0, 0, 0], 999, rules)).toMatchObject({ kind: 'DELAYED', retryAfterMs: 2000 })
    expect(judgeAttempt([0, 0, 0], 1000, rules)).toMatchObject({
      kind: 'ADMITTED',
      failures: 3,
      locks: false,
    })
  })

  it('locks when it is the last, whether compared or not', () => {
    expect(judgeAttempt([0, 0, 0, 0], 2000, rules)).toMatchObject({ kind: 'ADMITTED', locks: true })
    expect(judgeAttempt([0, 0, 0, 0], 1999, rules)).toMatchObject({ kind: 'DELAYED', locks: true })
  })

  it('forgets failures that have left the window, each at its own time', () => {
    expect(judgeAttempt([0, 10_000], 60_000, rules)).toMatchObject({
      failures: 1,
      failedAtMs: [10_000, 60_000],
    })
  })

  it('can be taken back, also when it was the one that locked', () => {
    expect(withoutLatest({ failedAtMs: [1, 2], locked: false }, 9, rules)).toEqual([1])
    expect(withoutLatest({ failedAtMs: [], locked: true }, 9, rules)).toEqual([9, 9, 9, 9])
  })
})

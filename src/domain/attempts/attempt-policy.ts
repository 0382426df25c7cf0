import type { LockOutRules } from './attempt-store.ts'

/**
 * Number of failures from which attempts are delayed. The first failures cause no delay: most are typing errors of
 * the owner.
 */
export const delaysFromFailure = 3
export const firstDelayMs = 1000
export const maxDelayMs = 30_000

/** Delay before the next attempt after a number of failures: 1, 2, 4 … 30 seconds, from the third failure on. */
export function delayMsAfter(failures: number, from = delaysFromFailure): number {
  if (failures < from) return 0
  return Math.min(firstDelayMs * 2 ** (failures - from), maxDelayMs)
}

/** The result of an attempt on a key that is not locked. The attempt counts as a failure. */
export interface Judgement {
  readonly kind: 'ADMITTED' | 'DELAYED'
  /** Number of failures before this attempt. */
  readonly failures: number
  /** Whether this attempt, if it fails, locks the key. */
  readonly locks: boolean
  /** Time until the next attempt is allowed; 0 if this one is admitted. */
  readonly retryAfterMs: number
  /** Times of the failures that count from now on, oldest first. */
  readonly failedAtMs: readonly number[]
}

/** Judges an attempt. The Redis script implements the same rule. All times are of one clock, oldest first. */
export function judgeAttempt(failedAtMs: readonly number[], nowMs: number, rules: LockOutRules): Judgement {
  const counted = failedAtMs.filter((atMs) => atMs > nowMs - rules.windowSeconds * 1000)
  const failures = counted.length
  const latestMs = counted.at(-1)
  const delayed = latestMs !== undefined && nowMs < latestMs + delayMsAfter(failures, rules.delaysFromFailure)
  return {
    kind: delayed ? 'DELAYED' : 'ADMITTED',
    failures,
    locks: failures + 1 >= rules.failures,
    retryAfterMs: delayed ? delayMsAfter(failures + 1, rules.delaysFromFailure) : 0,
    failedAtMs: [...counted, nowMs],
  }
}

/** The failures after the latest attempt was released. Failures that led to a lock count as new ones again. */
export function withoutLatest(
  state: { readonly failedAtMs: readonly number[]; readonly locked: boolean },
  nowMs: number,
  rules: LockOutRules,
): readonly number[] {
  if (!state.locked) return state.failedAtMs.slice(0, -1)
  return Array.from({ length: rules.failures - 1 }, () => nowMs)
}

import { minuteMs } from '../../lib/time/duration.ts'
import type { LockOutRules } from './attempt-store.ts'

/**
 * Number of failures from which attempts are delayed. The first failures cause no delay: most are typing errors of
 * the owner.
 */
export const delaysFromFailure = 3
export const firstDelayMs = 1000
export const maxDelayMs = 30_000

/**
 * Maximum time between the reservation of an attempt and its result. After it, the attempt counts as a failure: its
 * process has died. It is longer than the longest HASH_QUEUE_SECONDS and two comparisons.
 */
export const maxComparisonMs = 1.5 * minuteMs

/** Delay before the next attempt after a number of failures: 1, 2, 4 … 30 seconds, from the third failure on. */
export function delayMsAfter(failures: number, from = delaysFromFailure): number {
  if (failures < from) return 0
  return Math.min(firstDelayMs * 2 ** (failures - from), maxDelayMs)
}

/** A failure, or an attempt whose password is being compared. */
export interface CountedAttempt {
  readonly attempt: string
  /** When it failed, or when its comparison began. All times are of one clock. */
  readonly atMs: number
  readonly comparing: boolean
}

/** The attempts that count now: those of the window. A comparison that never ended is a failure. */
export function countedNow(
  attempts: readonly CountedAttempt[],
  nowMs: number,
  rules: LockOutRules,
): readonly CountedAttempt[] {
  return attempts
    .map((one) => ({ ...one, comparing: one.comparing && one.atMs > nowMs - maxComparisonMs }))
    .filter(({ comparing, atMs }) => comparing || atMs > nowMs - rules.windowSeconds * 1000)
}

/** The decision on an attempt. LOCKED: the failures lock, although no failure that was reported completed them. */
export interface Judgement {
  readonly kind: 'ADMITTED' | 'DELAYED' | 'BUSY' | 'LOCKED'
  /** Number of failures before this attempt. */
  readonly failures: number
  /** Time until the next attempt is allowed; 0 if this one is not delayed. */
  readonly retryAfterMs: number
}

/**
 * Judges an attempt by those that count now. It is admitted only if it would be admitted even if every present
 * comparison failed, and delayed only if the failures alone delay it. Otherwise the result of a present comparison
 * decides: BUSY. The Redis script implements the same rule.
 */
export function judgeAttempt(
  counted: readonly CountedAttempt[],
  nowMs: number,
  { failures: max, delaysFromFailure: from }: LockOutRules,
): Judgement {
  const failedAtMs = counted.filter(({ comparing }) => !comparing).map(({ atMs }) => atMs)
  const failures = failedAtMs.length
  if (failures >= max) return { kind: 'LOCKED', failures, retryAfterMs: 0 }
  if (failures > 0 && nowMs < Math.max(...failedAtMs) + delayMsAfter(failures, from))
    return { kind: 'DELAYED', failures, retryAfterMs: delayMsAfter(failures + 1, from) }
  const possible = counted.length
  const decided = possible === failures || (possible < max && delayMsAfter(possible, from) === 0)
  return { kind: decided ? 'ADMITTED' : 'BUSY', failures, retryAfterMs: 0 }
}

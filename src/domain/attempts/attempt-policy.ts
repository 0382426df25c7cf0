import type { LockOutRules } from './attempt-store.ts'

/** The first failures delay nobody: most of them are slips of the owner. */
export const delaysFromFailure = 3
export const firstDelayMs = 1000
export const maxDelayMs = 30_000

/** How long nobody may try after so many failures: 1, 2, 4 … at most 30 seconds, from the third on. */
export function delayMsAfter(failures: number, from = delaysFromFailure): number {
  if (failures < from) return 0
  return Math.min(firstDelayMs * 2 ** (failures - from), maxDelayMs)
}

/** What an attempt on a key that is not locked comes to; it has been counted as a failure. */
export interface Judgement {
  readonly kind: 'ADMITTED' | 'DELAYED'
  /** Before this one. */
  readonly failures: number
  /** Whether this one, if it fails, was one too many. */
  readonly locks: boolean
  /** From now on; 0 where it is admitted. */
  readonly retryAfterMs: number
  /** The failures that count from now on, oldest first. */
  readonly failedAtMs: readonly number[]
}

/** The rule, of which the script in Redis is the other writing. Times are of any one clock, oldest first. */
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

/** The failures after an attempt was taken back; those that led to a lock count as new ones again. */
export function withoutLatest(
  state: { readonly failedAtMs: readonly number[]; readonly locked: boolean },
  nowMs: number,
  rules: LockOutRules,
): readonly number[] {
  if (!state.locked) return state.failedAtMs.slice(0, -1)
  return Array.from({ length: rules.failures - 1 }, () => nowMs)
}

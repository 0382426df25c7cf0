import { hourMs } from '../../lib/time/duration.ts'

/** When failed attempts lock a key. */
export interface LockOutRules {
  /** Number of failures within the window that lock. */
  readonly failures: number
  readonly windowSeconds: number
  readonly lockSeconds: number
  /** Number of failures from which the next attempt has to wait; 3 by default. */
  readonly delaysFromFailure?: number
}

/** An attempt at a key. */
export interface Attempt {
  readonly key: string
  /** Identifies the attempt; random. `fail` and `release` change this attempt and no other. */
  readonly attempt: string
}

/** The decision on an attempt, made before the password is compared. `failures` is the number of earlier failures. */
export type Reservation =
  /** Compare the password, then call `fail`, `release` or `clear`. Until then the attempt is no failure of others. */
  | { readonly kind: 'ADMITTED'; readonly failures: number }
  /** Too soon after a failure. Nothing is counted; `fail` counts the attempt as a failure. */
  | { readonly kind: 'DELAYED'; readonly failures: number; readonly retryAfterMs: number }
  /** The results of attempts that are being compared decide. Nothing is counted; reserve again. */
  | { readonly kind: 'BUSY' }
  /** The key is locked. Nothing is counted. */
  | { readonly kind: 'LOCKED'; readonly unlocksAt: Date }

/** The state of a key after a failure. */
export interface Failure {
  /** Number of failures within the window, this one included; 0 if an earlier failure locked the key. */
  readonly failures: number
  /** End of the lock; null if the key is not locked. */
  readonly unlocksAt: Date | null
  /** Whether the lock began with this failure. */
  readonly began: boolean
}

/** Number of distinct members of a key, and whether this call added one. */
export interface DistinctCount {
  readonly count: number
  readonly added: boolean
}

/**
 * Counts failures by key. A key is an HMAC of an account, a device or an identifier. Redis and memory implement this
 * port; one contract suite tests both. Each method is atomic.
 */
export interface AttemptStore {
  /**
   * Decides on an attempt before its password is compared. The failures and the present comparisons of a key are never
   * more than `rules.failures` together, so that of any number of parallel attempts at most that number is compared
   * without success. A comparison without a result counts as a failure after `maxComparisonMs`.
   * @throws LimiterFull if there is no room to count another key
   */
  reserve(attempt: Attempt, rules: LockOutRules): Promise<Reservation>
  /**
   * Counts an attempt as a failure, reserved or not; once, however often it is called. The failure that reaches
   * `rules.failures` locks the key for `lockSeconds` from then on. A lock is never extended, and when it ends, the
   * failures that led to it are forgotten. @throws LimiterFull like `reserve`
   */
  fail(attempt: Attempt, rules: LockOutRules): Promise<Failure>
  /** Takes back an attempt whose password could not be compared. Does not end a lock. Does nothing for an unknown attempt. */
  release(attempt: Attempt): Promise<void>
  /** Forgets all attempts and the lock of a key, after a correct password or an authorised unlock. */
  clear(key: string): Promise<void>
  /**
   * Adds a member to a key and counts its distinct members within an hour of the first one, for example the identifiers
   * that one address has tried. The count never exceeds the true number: in memory it stops at 100, in Redis it is an
   * estimate beyond some hundreds.
   */
  countDistinct(key: string, member: string): Promise<DistinctCount>
  /** Counts the distinct members of a key without adding one. */
  peekDistinct(key: string): Promise<number>
}

/** How long distinct members are remembered, measured from the first one. */
export const distinctWindowMs = hourMs

import { hourMs } from '../../lib/duration.ts'

/** When failed attempts lock a key. */
export interface LockOutRules {
  /** Number of failures within the window that lock. */
  readonly failures: number
  readonly windowSeconds: number
  readonly lockSeconds: number
  /** Number of failures from which the next attempt has to wait; 3 by default. */
  readonly delaysFromFailure?: number
}

/** The decision on an attempt, made before the password is compared. */
export type Reservation =
  /** Compare the password. The attempt counts as a failure until it is cleared; `failures` does not include it. */
  | {
      readonly kind: 'ADMITTED'
      readonly failures: number
      /**
       * End of the lock that begins with this attempt unless the password is correct; null if the attempt does not
       * lock.
       */
      readonly unlocksAt: Date | null
    }
  /** Too soon after a failure. The attempt counts as a failure, too. */
  | {
      readonly kind: 'DELAYED'
      readonly failures: number
      readonly retryAfterMs: number
      /** End of the lock that began with this attempt; null if the attempt did not lock. */
      readonly unlocksAt: Date | null
    }
  /** An earlier attempt locked the key. This attempt is not counted. */
  | { readonly kind: 'LOCKED'; readonly unlocksAt: Date }

/** Number of distinct members of a key, and whether this call added one. */
export interface DistinctCount {
  readonly count: number
  readonly added: boolean
}

/**
 * Counts failures by key. A key is an HMAC of an account, a device or an identifier. Redis and memory implement this
 * port; one contract suite tests both.
 */
export interface AttemptStore {
  /**
   * Counts an attempt as a failure, before its result is known. Atomic: of any number of parallel calls at most
   * `rules.failures` are admitted. The call that reaches that number locks the key for `lockSeconds` from then on. A lock
   * is never extended, and when it ends, the failures that led to it are forgotten.
   * @throws LimiterFull if there is no room to count another key
   */
  reserve(key: string, rules: LockOutRules): Promise<Reservation>
  /**
   * Takes back an admitted attempt whose password could not be compared. A lock that began with it ends. Does nothing
   * if nothing is counted for the key.
   */
  release(key: string, rules: LockOutRules): Promise<void>
  /** Forgets the failures and the lock of a key, after a correct password or an authorised unlock. */
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

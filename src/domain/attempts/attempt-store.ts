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

/** What the counter says to somebody who is about to compare a password. */
export type Reservation =
  /** Compare. `failures` are those before this one, which counts as one until it is cleared. */
  | {
      readonly kind: 'ADMITTED'
      readonly failures: number
      /** The lock that begins with this attempt, unless its password is right and clears it; null: it was not the last. */
      readonly unlocksAt: Date | null
    }
  /** Too early after a failure; it counts as a failure all the same. */
  | {
      readonly kind: 'DELAYED'
      readonly failures: number
      readonly retryAfterMs: number
      /** The lock that began with this attempt. */
      readonly unlocksAt: Date | null
    }
  /** Locked since before; counts as nothing. */
  | { readonly kind: 'LOCKED'; readonly unlocksAt: Date }

/** How many different members a key has seen, and whether this one was new. */
export interface DistinctCount {
  readonly count: number
  readonly added: boolean
}

/**
 * Counts failures by key, an HMAC of an account, a device or an identifier. Two implementations, Redis and memory, one
 * contract suite.
 */
export interface AttemptStore {
  /**
   * Counts an attempt as a failure before anybody knows whether it is one. Atomic: of any number of parallel calls at
   * most `rules.failures` are admitted. The one that reaches that number locks the key for `lockSeconds` from then on;
   * a lock is never prolonged, and nothing of what led to it is left when it ends.
   * @throws LimiterFull when nothing more can be counted
   */
  reserve(key: string, rules: LockOutRules): Promise<Reservation>
  /**
   * Takes an admitted attempt back whose password could not be compared; the lock that began with it ends. Nothing where
   * nothing is counted.
   */
  release(key: string, rules: LockOutRules): Promise<void>
  /** Forgets the failures and the lock of a key: its password was right, or somebody entitled has unlocked it. */
  clear(key: string): Promise<void>
  /**
   * How many different members a key has seen, this one included, within an hour of the first: for example identifiers
   * that an address has tried. Never more than there were; in memory it stands still at 100, in Redis it is an estimate
   * beyond some hundreds.
   */
  countDistinct(key: string, member: string): Promise<DistinctCount>
  /** The same without adding anybody. */
  peekDistinct(key: string): Promise<number>
}

/** How long distinct members are remembered, from the first on. */
export const distinctWindowMs = hourMs

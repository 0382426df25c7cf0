export interface LockOutRules {
  /** So many failures in the window lock. */
  readonly failures: number
  readonly windowSeconds: number
  readonly lockSeconds: number
}

/** What the counter says to somebody who is about to compare a password. */
export type Reservation =
  /** Compare. `failures` are those before this one, which counts as one until it is cleared. `locks`: if it fails, it was the last. */
  | {
      readonly kind: 'ADMITTED'
      readonly failures: number
      readonly locks: boolean
      readonly unlocksAt: Date | null
    }
  /** Too early after a failure. It counts as a failure all the same; `locks`: it was the last. */
  | {
      readonly kind: 'DELAYED'
      readonly retryAfterMs: number
      readonly failures: number
      readonly locks: boolean
      readonly unlocksAt: Date | null
    }
  /** Locked since before; counts as nothing. */
  | { readonly kind: 'LOCKED'; readonly unlocksAt: Date }

/**
 * Counts failures by key, an HMAC of an account, a device or an identifier. Two implementations, Redis and memory, one
 * contract suite.
 */
export interface AttemptStore {
  /**
   * Counts an attempt as a failure before anybody knows whether it is one. Atomic: of any number of parallel calls at
   * most `rules.failures` are admitted. The one that reaches that number locks the key for `lockSeconds` from then on.
   * @throws LimiterFull when nothing more can be counted
   */
  reserve(key: string, rules: LockOutRules): Promise<Reservation>
  /** Forgets the failures and the lock of a key: its password was right, or somebody entitled has unlocked it. */
  clear(key: string): Promise<void>
  /**
   * How many different members a key has seen in the last hour, this one included: for example identifiers that an
   * address has tried. An estimate beyond 100; never more than 2 % too many below.
   */
  countDistinct(key: string, member: string): Promise<number>
}

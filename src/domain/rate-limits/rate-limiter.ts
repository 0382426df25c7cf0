import type { Budget, ChargedName } from './limits.ts'

/** One call that is to be counted: against which budget, and for whom. */
export interface Charge {
  readonly name: ChargedName
  readonly budget: Budget
  /** An HMAC of whom it counts: never an address or an identifier. */
  readonly key: string
}

/** What a budget says to a call. */
export interface LimitVerdict {
  readonly admitted: boolean
  /** Calls that the window still allows, after this one. */
  readonly remaining: number
  /** Until a call would be admitted; 0 where one is now. */
  readonly retryAfterMs: number
  /** Until the whole budget is there again. */
  readonly resetAfterMs: number
}

/**
 * Counts calls in sliding windows. Two implementations, Redis and memory, one contract suite.
 */
export interface RateLimiter {
  /**
   * Counts one call if the window has room for it; a refused call is not counted. Atomic: of parallel calls, as many
   * are admitted as there is room for. @throws LimiterFull when nothing more can be counted
   */
  consume(charge: Charge): Promise<LimitVerdict>
  /** Gives the latest counted call back; nothing where none is counted. */
  refund(charge: Charge): Promise<void>
}

/** One that counts for several processes, over a network, and may be away: then its calls reject. */
export interface SharedRateLimiter extends RateLimiter {
  /** What this process knows without asking: that the window of the charge is full, and until when; else null. */
  refusalOf(charge: Charge): LimitVerdict | null
}

/** No counter is free: who has none yet cannot be counted. */
export class LimiterFull extends Error {
  override readonly name = 'LimiterFull'
}

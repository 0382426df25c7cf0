import type { Budget, ChargedName } from './limits.ts'

/** One call to count: the budget and the key of its counter. */
export interface Charge {
  readonly name: ChargedName
  readonly budget: Budget
  /** An HMAC of the subject, never an address or an identifier itself. */
  readonly key: string
}

/** The decision of a budget on a call. */
export interface LimitVerdict {
  readonly admitted: boolean
  /** Number of calls that the window still allows after this one. */
  readonly remaining: number
  /** Time until the next call is admitted; 0 if it is admitted now. */
  readonly retryAfterMs: number
  /** Time until the whole budget is available again. */
  readonly resetAfterMs: number
}

/** Counts calls in sliding windows. Redis and memory implement this port; one contract suite tests both. */
export interface RateLimiter {
  /**
   * Counts one call if the window has room for it; a refused call is not counted. Atomic: of parallel calls, as many are
   * admitted as there is room for.
   * @throws LimiterFull if there is no room for another counter
   */
  consume(charge: Charge): Promise<LimitVerdict>
  /** Takes back the latest counted call. Does nothing if none is counted. */
  refund(charge: Charge): Promise<void>
  /** The refusal of a charge if this process knows, without a network call, that the window is full; otherwise null. Counts nothing, and never throws. */
  refusalOf(charge: Charge): LimitVerdict | null
}

/** All counters are in use: a subject without a counter cannot be counted. */
export class LimiterFull extends Error {
  override readonly name = 'LimiterFull'
}

import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import type { Budget, ChargedName } from '../../domain/rate-limits/limits.ts'
import type { LimitVerdict } from '../../domain/rate-limits/rate-limiter.ts'
import type { RedisConnection } from './redis-client.ts'
import { keyPrefixes } from './redis-names.ts'
import type { SlidingWindows } from './sliding-windows.ts'

/** A verdict in the form of rate-limiter-flexible. */
class WindowRes extends RateLimiterRes {
  readonly verdict: LimitVerdict

  constructor(verdict: LimitVerdict, { max }: Budget) {
    const consumed = verdict.admitted ? max - verdict.remaining : max + 1
    super(verdict.remaining, verdict.retryAfterMs, consumed, consumed === 1)
    this.verdict = verdict
  }
}

/** The windows of one budget: a limiter of rate-limiter-flexible whose calls the shared script counts. */
export class SlidingWindow extends RateLimiterRedis {
  readonly #windows: SlidingWindows
  readonly #budget: Budget

  constructor(redis: RedisConnection, windows: SlidingWindows, name: ChargedName, budget: Budget) {
    super({
      storeClient: redis,
      keyPrefix: `${keyPrefixes.limits}${name}:${budget.max}/${budget.windowSeconds}`,
      points: budget.max,
      duration: budget.windowSeconds,
    })
    this.#windows = windows
    this.#budget = budget
  }

  /** Counts one call, if the window has room for it. */
  async verdictOn(key: string): Promise<LimitVerdict> {
    // The limiter resolves with an admitted call, and rejects with a refused call or an error.
    const result: unknown = await this.consume(key).catch((reason: unknown) => reason)
    if (!(result instanceof WindowRes)) throw result
    return result.verdict
  }

  /** Removes the latest call. */
  refund(key: string): Promise<void> {
    return this.#windows.refund(this.getKey(key), this.#budget)
  }

  /** Called by the limiter to count a call of a key with prefix. */
  _upsert(prefixedKey: string): Promise<LimitVerdict> {
    return this.#windows.count(prefixedKey, this.#budget)
  }

  /** Called by the limiter to interpret what `_upsert` returned. */
  _getRateLimiterRes(_key: string, _points: number, verdict: LimitVerdict): WindowRes {
    return new WindowRes(verdict, this.#budget)
  }
}

import type {
  Charge,
  LimitVerdict,
  RateLimiter,
  SharedRateLimiter,
} from '../../domain/rate-limits/rate-limiter.ts'
import type { Clock } from '../../lib/clock.ts'
import { errorText } from '../../lib/error-text.ts'
import type { Logger } from '../../lib/logger.ts'
import type { Metrics } from '../../lib/metrics.ts'
import { CircuitBreaker } from './circuit-breaker.ts'

export interface FailoverRateLimiterDeps {
  readonly shared: SharedRateLimiter
  /** Of this process; never away. */
  readonly own: RateLimiter
  /** Among how many processes a budget is divided when each counts for itself. */
  readonly replicas: number
  /** The real one: it says when Redis is asked again. */
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly logger: Logger
  readonly metrics: Metrics
  /** Called once per outage, at its first call. */
  readonly onDegraded?: () => void
}

const rests = { restMs: 250, maxRestMs: 1000 }

/**
 * Counts in Redis, and while Redis does not answer in this process: then each process admits its share of a budget,
 * rounded up. Both remember over any number of outages, so that one window admits at most the budget and the shares of
 * all processes; what is known to be full stays so. An outage is noticed by a call that fails, which takes as long as a
 * command may; after that one call a rest tries Redis, and the others do not wait.
 */
export class FailoverRateLimiter implements RateLimiter {
  readonly #deps: FailoverRateLimiterDeps
  readonly #breaker: CircuitBreaker
  #degraded = false
  /** How often it went over from one to the other: a call that began before the last time has nothing to say. */
  #changes = 0

  constructor(deps: FailoverRateLimiterDeps) {
    this.#deps = deps
    this.#breaker = new CircuitBreaker(rests, deps.clock)
  }

  async consume(charge: Charge): Promise<LimitVerdict> {
    const refusal = this.#deps.shared.refusalOf(charge)
    if (refusal !== null) return refusal
    const changes = this.#changes
    try {
      const verdict = await this.#breaker.run(() => this.#deps.shared.consume(charge))
      if (this.#degraded && changes === this.#changes) this.#recover()
      return verdict
    } catch (error) {
      if (!this.#degraded && changes === this.#changes) this.#degrade(error)
      this.#deps.metrics.count('limiter_degraded', 'rate-limiter')
      return this.#deps.own.consume(this.#shareOf(charge))
    }
  }

  /** Given back where calls are counted now: a refund follows its call at once. */
  async refund(charge: Charge): Promise<void> {
    if (this.#degraded) return this.#deps.own.refund(this.#shareOf(charge))
    await this.#breaker.run(() => this.#deps.shared.refund(charge))
  }

  #shareOf(charge: Charge): Charge {
    const { max, windowSeconds } = charge.budget
    return { ...charge, budget: { max: Math.ceil(max / this.#deps.replicas), windowSeconds } }
  }

  #degrade(error: unknown): void {
    this.#degraded = true
    this.#changes += 1
    const reason = errorText(error)
    this.#deps.logger.warn({ reason }, 'rate limits are counted in this process: Redis does not answer')
    this.#deps.onDegraded?.()
  }

  #recover(): void {
    this.#degraded = false
    this.#changes += 1
    this.#deps.logger.info({}, 'rate limits are counted in Redis again')
  }
}

import type { Charge, LimitVerdict, RateLimiter } from '../../domain/rate-limits/rate-limiter.ts'
import { Failover, type FailoverDeps } from './failover.ts'

export interface FailoverRateLimiterDeps
  extends Pick<FailoverDeps, 'clock' | 'logger' | 'metrics' | 'onDegraded'> {
  /** Counts for all processes over a network. Its calls reject if it does not respond. */
  readonly shared: RateLimiter
  /** Counts for this process; always available. */
  readonly own: RateLimiter
  /** Number of processes among which a budget is divided while each counts for itself. */
  readonly replicas: number
}

/**
 * Counts in Redis, and in this process while Redis does not respond: then each process admits its share of a budget,
 * rounded up. Both keep their counts over any number of outages, so that one window admits at most the budget plus the
 * shares of all processes. A budget that is known to be used up stays used up.
 */
export class FailoverRateLimiter implements RateLimiter {
  readonly #deps: FailoverRateLimiterDeps
  readonly #failover: Failover

  constructor(deps: FailoverRateLimiterDeps) {
    this.#deps = deps
    this.#failover = new Failover({ ...deps, subject: 'rate limits', port: 'rate-limiter' })
  }

  async consume(charge: Charge): Promise<LimitVerdict> {
    const { shared, own } = this.#deps
    const refusal = shared.refusalOf(charge)
    if (refusal !== null) return refusal
    return this.#failover.run(
      () => shared.consume(charge),
      () => own.consume(this.#shareOf(charge)),
    )
  }

  /** Refunds where calls are counted now: a refund follows its call immediately. */
  async refund(charge: Charge): Promise<void> {
    const { shared, own } = this.#deps
    if (this.#failover.isDegraded) return own.refund(this.#shareOf(charge))
    await this.#failover.runShared(() => shared.refund(charge))
  }

  refusalOf(charge: Charge): LimitVerdict | null {
    const { shared, own } = this.#deps
    return (
      shared.refusalOf(charge) ?? (this.#failover.isDegraded ? own.refusalOf(this.#shareOf(charge)) : null)
    )
  }

  #shareOf(charge: Charge): Charge {
    const { max, windowSeconds } = charge.budget
    return { ...charge, budget: { max: Math.ceil(max / this.#deps.replicas), windowSeconds } }
  }
}

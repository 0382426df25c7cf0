import type { Logger } from '../../lib/observation/logger.ts'
import type { Metrics } from '../../lib/observation/metrics.ts'
import type { Clock } from '../../lib/time/clock.ts'
import type { RateLimitedProblem } from '../problems.ts'
import { UnavailableError } from '../refusals.ts'
import { problemOf } from './limit-problem.ts'
import type { BudgetStanding } from './limit-report.ts'
import type { ChargedName } from './limits.ts'
import type { Charge, RateLimiter } from './rate-limiter.ts'

export interface ChargeCounterDeps {
  readonly limiter: RateLimiter
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
}

/** A budget that refuses a call. */
export interface BudgetRefusal {
  readonly name: ChargedName
  readonly problem: RateLimitedProblem
}

/** Minimum time between two log lines about calls that could not be counted. */
const failureLogMs = 60_000

/** Counts charges with a limiter that can fail. */
export class ChargeCounter {
  readonly #deps: ChargeCounterDeps
  #failureLoggedAtMs = Number.NEGATIVE_INFINITY

  constructor(deps: ChargeCounterDeps) {
    this.#deps = deps
  }

  /** Charges the budgets in parallel. Returns the state of each; null for one that could not be counted. */
  async consume(charges: readonly Charge[]): Promise<readonly (BudgetStanding | null)[]> {
    return Promise.all(
      charges.map(async (charge) => {
        try {
          const verdict = await this.#deps.limiter.consume(charge)
          return { name: charge.name, budget: charge.budget, verdict }
        } catch (error) {
          this.#logFailure(error)
          return null
        }
      }),
    )
  }

  /** Whether this process knows that a budget is used up. */
  isUsedUp(charge: Charge): boolean {
    return this.#deps.limiter.refusalOf(charge) !== null
  }

  /** Takes back the latest call of a budget. Never throws. */
  async refund(charge: Charge): Promise<void> {
    await this.#deps.limiter.refund(charge).catch((error) => this.#logFailure(error))
  }

  /** The refusal with the longest wait; null if all budgets admit the call. */
  refusalOf(standings: readonly (BudgetStanding | null)[]): BudgetRefusal | null {
    const [longest] = standings
      .filter((standing) => standing !== null)
      .filter(({ verdict }) => !verdict.admitted)
      .toSorted((a, b) => b.verdict.retryAfterMs - a.verdict.retryAfterMs)
    if (longest === undefined) return null
    const { name, budget, verdict } = longest
    this.#deps.metrics.count('rate_limited', name)
    return { name, problem: problemOf(name, budget.max, verdict, this.#deps.clock.now()) }
  }

  /** A call that could not be counted. @throws UnavailableError if it checks credentials */
  admitUncounted(checksCredentials: boolean): void {
    this.#deps.metrics.count('limiter_failed', checksCredentials ? 'refused' : 'admitted')
    if (checksCredentials) throw new UnavailableError()
  }

  #logFailure(error: unknown): void {
    const now = this.#deps.clock.monotonicMs()
    if (now - this.#failureLoggedAtMs < failureLogMs) return
    this.#failureLoggedAtMs = now
    const reason = error instanceof Error ? error.name : typeof error
    this.#deps.logger.error(
      { reason },
      'a call could not be counted: credential checks are refused, other calls are admitted',
    )
  }
}

import type { Budget, ChargedName } from './limits.ts'
import type { LimitVerdict } from './rate-limiter.ts'

/** The state of a budget after the latest call that was charged to it. */
export interface BudgetStanding {
  readonly name: ChargedName
  readonly budget: Budget
  readonly verdict: LimitVerdict
}

/** The charges and refusals of one request. The HTTP edge reports them in headers and in the log. */
export class LimitReport {
  readonly #standings = new Map<ChargedName, BudgetStanding>()
  #calls = 0
  #refusals = 0
  #retryAfterSeconds = 0
  #refusedBy: ChargedName | null = null

  /** Number of charged calls, including refused ones. */
  get calls(): number {
    return this.#calls
  }

  /** Number of calls that were refused by a limit of the caller or by a lock-out. Budgets that a tenant shares say nothing about the caller. */
  get refusals(): number {
    return this.#refusals
  }

  /** Seconds until all refused calls could succeed; 0 if none was refused. */
  get retryAfterSeconds(): number {
    return this.#retryAfterSeconds
  }

  /** The budget that refused last; null if none did. */
  get refusedBy(): ChargedName | null {
    return this.#refusedBy
  }

  /**
   * The charged budgets, the fewest remaining calls first. Of several budgets of one name, the one with the fewest is
   * kept.
   */
  get standings(): readonly BudgetStanding[] {
    return [...this.#standings.values()].toSorted((a, b) => a.verdict.remaining - b.verdict.remaining)
  }

  noteCall(): void {
    this.#calls += 1
  }

  noteStanding(standing: BudgetStanding): void {
    const known = this.#standings.get(standing.name)
    // Keep the standing with fewer remaining calls; of two equal ones, the later one is current.
    if (known !== undefined && known.verdict.remaining < standing.verdict.remaining) return
    this.#standings.set(standing.name, standing)
  }

  /** Adds a refunded call to the remaining ones of a budget. */
  noteRefund(name: ChargedName): void {
    const standing = this.#standings.get(name)
    if (standing === undefined) return
    const { verdict } = standing
    this.#standings.set(name, { ...standing, verdict: { ...verdict, remaining: verdict.remaining + 1 } })
  }

  /** Notes the budget that refuses a call. `noteRefusal` counts the refusal when the field ends. */
  noteRefusedBy(budget: ChargedName): void {
    this.#refusedBy = budget
  }

  noteRefusal(retryAfterSeconds: number, budget: ChargedName | null = null): void {
    if (budget !== 'tenant') this.#refusals += 1
    this.#retryAfterSeconds = Math.max(this.#retryAfterSeconds, retryAfterSeconds)
    this.#refusedBy = budget ?? this.#refusedBy
  }
}

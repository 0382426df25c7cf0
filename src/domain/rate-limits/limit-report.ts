import type { Budget, ChargedName } from './limits.ts'
import type { LimitVerdict } from './rate-limiter.ts'

/** How a budget stands after the latest call that was charged to it. */
export interface BudgetStanding {
  readonly name: ChargedName
  readonly budget: Budget
  readonly verdict: LimitVerdict
}

/** What was counted while one request was answered; the edge tells it in headers and in the log. */
export class LimitReport {
  readonly #standings = new Map<ChargedName, BudgetStanding>()
  #calls = 0
  #refusals = 0
  #retryAfterSeconds = 0
  #refusedBy: ChargedName | null = null

  /** How many calls were charged, refused ones included. */
  get calls(): number {
    return this.#calls
  }

  /** How many calls were refused, by a limit or by a lock. */
  get refusals(): number {
    return this.#refusals
  }

  /** Until every refused call could succeed; 0 where none was refused. */
  get retryAfterSeconds(): number {
    return this.#retryAfterSeconds
  }

  /** The budget that was the last to refuse. */
  get refusedBy(): ChargedName | null {
    return this.#refusedBy
  }

  /** The budgets that were charged, the tightest first: one to a name, of several callers' the one with least left. */
  get standings(): readonly BudgetStanding[] {
    return [...this.#standings.values()].toSorted((a, b) => a.verdict.remaining - b.verdict.remaining)
  }

  noteCall(): void {
    this.#calls += 1
  }

  noteStanding(standing: BudgetStanding): void {
    const known = this.#standings.get(standing.name)
    // A window that somebody else has left meanwhile has more: the latest of equals is told.
    if (known !== undefined && known.verdict.remaining < standing.verdict.remaining) return
    this.#standings.set(standing.name, standing)
  }

  /** A call was given back to the budget: it stands as if that had not been charged. */
  noteRefund(name: ChargedName): void {
    const standing = this.#standings.get(name)
    if (standing === undefined) return
    const { verdict } = standing
    this.#standings.set(name, { ...standing, verdict: { ...verdict, remaining: verdict.remaining + 1 } })
  }

  noteRefusal(retryAfterSeconds: number, budget: ChargedName | null = null): void {
    this.#refusals += 1
    this.#retryAfterSeconds = Math.max(this.#retryAfterSeconds, retryAfterSeconds)
    this.#refusedBy = budget ?? this.#refusedBy
  }
}

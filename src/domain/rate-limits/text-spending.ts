import type { BudgetStanding } from './limit-report.ts'

/** How much of the budget of all text messages is used, for an alert to the operators. */
export interface TextSpending {
  readonly used: number
  readonly allowed: number
  readonly windowSeconds: number
}

/**
 * Set for the message that completes the first half of the budget, and for each that is refused because all of it is used.
 * Each message is counted once, so that of all processes one sends the last message of the first half.
 */
export function textSpending(standings: readonly (BudgetStanding | null)[]): TextSpending | null {
  const total = standings.find((standing) => standing?.name === 'smsTotal')
  if (total === undefined || total === null) return null
  const { max: allowed, windowSeconds } = total.budget
  const used = allowed - total.verdict.remaining
  if (total.verdict.admitted && used !== Math.ceil(allowed / 2)) return null
  return { used, allowed, windowSeconds }
}

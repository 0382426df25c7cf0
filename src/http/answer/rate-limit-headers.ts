import type { BudgetStanding, LimitReport } from '../../domain/rate-limits/limit-report.ts'

/**
 * Reports the caller's budgets, the tightest first (draft-ietf-httpapi-ratelimit-headers-10, sections 3 and 4):
 * `"login";q=50;w=60` is a policy of 50 calls in 60 seconds; `"login";r=3;t=41` means that 3 calls remain and that the
 * budget is restored in 41 seconds. The names are those of limits.ts.
 */
export function setRateLimitHeaders(headers: Headers, report: LimitReport): void {
  const { standings, retryAfterSeconds } = report
  if (standings.length > 0) {
    headers.set('ratelimit-policy', standings.map(policyOf).join(', '))
    headers.set('ratelimit', standings.map(standingOf).join(', '))
  }
  const known = Number(headers.get('retry-after') ?? 0)
  if (retryAfterSeconds > known) headers.set('retry-after', String(retryAfterSeconds))
}

function policyOf({ name, budget }: BudgetStanding): string {
  return `"${name}";q=${budget.max};w=${budget.windowSeconds}`
}

function standingOf({ name, budget, verdict }: BudgetStanding): string {
  // Calls count from the next whole millisecond on: a window of 60 seconds must not be reported as 61.
  const resetSeconds = Math.min(budget.windowSeconds, Math.ceil(verdict.resetAfterMs / 1000))
  return `"${name}";r=${Math.max(0, verdict.remaining)};t=${resetSeconds}`
}

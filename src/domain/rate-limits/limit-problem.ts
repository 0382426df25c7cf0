import { RateLimitedProblem } from '../problems.ts'
import type { ChargedName } from './limits.ts'
import type { LimitVerdict } from './rate-limiter.ts'

/** The refusal of a call by a budget of `limit` calls. */
export function problemOf(
  name: ChargedName,
  limit: number,
  verdict: LimitVerdict,
  now: Date,
): RateLimitedProblem {
  const facts = {
    limit,
    remaining: 0,
    retryAfterSeconds: Math.max(1, Math.ceil(verdict.retryAfterMs / 1000)),
    resetsAt: new Date(now.getTime() + verdict.resetAfterMs),
  }
  return new RateLimitedProblem(facts, undefined, name === 'tenant')
}

import type { Budget } from '../../domain/rate-limits/limits.ts'
import { readCallsPerSpan } from '../../lib/collections/calls-per-span.ts'
import type { Rule } from './rule.ts'

/** `5/1h`: calls, a slash, and a span of whole seconds, minutes, hours or days, at most one day. */
export const budget: Rule<Budget> = {
  expected: 'calls/span such as 5/1h: 1 to 1000000 calls in 1s to 1d',
  parse: readCallsPerSpan,
}

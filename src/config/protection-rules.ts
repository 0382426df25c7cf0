import type { Budget } from '../domain/rate-limits/limits.ts'
import { readCallsPerSpan } from '../lib/calls-per-span.ts'
import type { Rule } from './rules.ts'

/** `5/1h`: calls, a slash, and a span of whole seconds, minutes, hours or days up to a day. */
export const budget: Rule<Budget> = {
  wants: 'calls/span such as 5/1h: 1 to 1000000 calls in 1s to 1d',
  parse: readCallsPerSpan,
}

/** A country by its code of ISO 3166-1 alpha-2, in any case. */
export const countryCode: Rule<string> = {
  wants: 'a two-letter country code such as DE',
  parse: (text) => (/^[a-z]{2}$/i.test(text) ? text.toUpperCase() : null),
}

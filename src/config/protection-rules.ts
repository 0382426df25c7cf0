import type { Budget } from '../domain/rate-limits/limits.ts'
import type { Rule } from './rules.ts'

const DAY_SECONDS = 86_400
const secondsOf = new Map([
  ['s', 1],
  ['m', 60],
  ['h', 3600],
  ['d', DAY_SECONDS],
])
const MOST_CALLS = 1_000_000

/** `5/1h`: calls, a slash, and a span of whole seconds, minutes, hours or days up to a day. */
export const budget: Rule<Budget> = {
  wants: 'calls/span such as 5/1h: 1 to 1000000 calls in 1s to 1d',
  parse: (text) => {
    const found = /^([1-9][0-9]{0,6})\/([1-9][0-9]{0,4})([smhd])$/.exec(text)
    if (found === null) return null
    const [, calls, span, unit = ''] = found
    const max = Number(calls)
    const windowSeconds = Number(span) * (secondsOf.get(unit) ?? 0)
    return max <= MOST_CALLS && windowSeconds <= DAY_SECONDS ? { max, windowSeconds } : null
  },
}

/** A country by its code of ISO 3166-1 alpha-2, in any case. */
export const countryCode: Rule<string> = {
  wants: 'a two-letter country code such as DE',
  parse: (text) => (/^[a-z]{2}$/i.test(text) ? text.toUpperCase() : null),
}

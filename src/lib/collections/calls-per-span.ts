import { daySeconds, hourSeconds } from '../time/duration.ts'

/** A maximum number of calls in a window of time. */
export interface CallsPerSpan {
  readonly max: number
  readonly windowSeconds: number
}

const secondsOf = new Map([
  ['s', 1],
  ['m', 60],
  ['h', hourSeconds],
  ['d', daySeconds],
])
const maxCalls = 1_000_000

/**
 * Parses a limit such as `5/1h`: 1 to 1000000 calls, a slash, and a window of whole seconds, minutes, hours or days of
 * at most one day. Null for any other text.
 */
export function readCallsPerSpan(text: string): CallsPerSpan | null {
  const found = /^([1-9][0-9]{0,6})\/([1-9][0-9]{0,4})([smhd])$/.exec(text)
  if (found === null) return null
  const [, calls, span, unit = ''] = found
  const max = Number(calls)
  const windowSeconds = Number(span) * (secondsOf.get(unit) ?? 0)
  return max <= maxCalls && windowSeconds <= daySeconds ? { max, windowSeconds } : null
}

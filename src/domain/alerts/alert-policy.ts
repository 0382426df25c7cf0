/** A window of time in which alerts of one kind are aggregated. It is the same for all processes. */
export interface AlertWindow {
  readonly start: Date
  readonly end: Date
}

/** The window that contains a time. Windows begin at multiples of their length since the Unix epoch. */
export function windowOf(now: Date, windowSeconds: number): AlertWindow {
  const length = windowSeconds * 1000
  const start = Math.floor(now.getTime() / length) * length
  return { start: new Date(start), end: new Date(start + length) }
}

/** Delay after each failed attempt to deliver a notice: five attempts within 37 minutes. */
const retryDelaysSeconds = [10, 60, 300, 1800]

/**
 * Maximum number of attempts. It also bounds attempts that were interrupted, because the delivery itself may crash the
 * process.
 */
export const maxAttempts = retryDelaysSeconds.length + 1

/** The time of the next attempt after a number of attempts; null if there is none. */
export function retryTimeAfter(attempts: number, now: Date): Date | null {
  const seconds = retryDelaysSeconds[attempts - 1]
  return seconds === undefined ? null : new Date(now.getTime() + seconds * 1000)
}

/**
 * Number of occurrences that receivers know of after a notice was delivered. A first notice that was repeated counts as
 * one occurrence: an earlier attempt may have arrived with a smaller number, and receivers ignore the repetition, so a
 * summary has to follow.
 */
export function reportedAfter(alert: {
  readonly attempts: number
  readonly occurrences: number
  readonly reportedOccurrences: number
}): number {
  return alert.attempts > 1 && alert.reportedOccurrences === 0 ? 1 : alert.occurrences
}

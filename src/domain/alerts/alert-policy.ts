/** A span of time that one kind of alert is summed up over, the same on every process. */
export interface AlertWindow {
  readonly start: Date
  readonly end: Date
}

/** The window that a moment lies in: they begin at whole multiples of their length. */
export function windowOf(now: Date, windowSeconds: number): AlertWindow {
  const length = windowSeconds * 1000
  const start = Math.floor(now.getTime() / length) * length
  return { start: new Date(start), end: new Date(start + length) }
}

/** How long a receiver is left alone after each failed try, in seconds: five tries within 37 minutes. */
const backOffSeconds = [10, 60, 300, 1800]

/** A telling that was cut short more often may well be what ends the process. */
export const maxTries = backOffSeconds.length + 1

/** When telling is tried again after so many tries; null for never. */
export function nextTryAt(attempts: number, now: Date): Date | null {
  const seconds = backOffSeconds[attempts - 1]
  return seconds === undefined ? null : new Date(now.getTime() + seconds * 1000)
}

/**
 * How many occurrences receivers know of after a telling. A first one that was repeated counts as one: an earlier try may
 * have arrived with a smaller number, of which the repetition is no news, so that a summary is due.
 */
export function toldBy(alert: {
  readonly attempts: number
  readonly occurrences: number
  readonly toldOccurrences: number
}): number {
  return alert.attempts > 1 && alert.toldOccurrences === 0 ? 1 : alert.occurrences
}

import { hourSeconds, minuteSeconds } from '../../lib/time/duration.ts'

/** Delay after each failed attempt to send a mail: seven attempts within 21 hours. */
const retryDelaysSeconds = [
  minuteSeconds,
  5 * minuteSeconds,
  30 * minuteSeconds,
  2 * hourSeconds,
  6 * hourSeconds,
  12 * hourSeconds,
]

/**
 * Maximum number of attempts, including interrupted ones: a mail whose delivery was interrupted this often may crash
 * the process itself.
 */
export const maxAttempts = 20

/** The time of the next attempt after a number of attempts; null if there is none. */
export function nextAttemptAt(attempts: number, now: Date): Date | null {
  const seconds = retryDelaysSeconds[attempts - 1]
  return seconds === undefined ? null : new Date(now.getTime() + seconds * 1000)
}

const minute = 60
const hour = 60 * minute

/** How long a mail waits after each failed try, in seconds: seven tries within 21 hours. */
const backOffSeconds = [minute, 5 * minute, 30 * minute, 2 * hour, 6 * hour, 12 * hour]

/** A mail whose tries were cut short this often may well be what ends the process. */
export const maxAttempts = 20

/** When a mail is tried again after so many tries; null for never. */
export function nextAttemptAt(attempts: number, now: Date): Date | null {
  const seconds = backOffSeconds[attempts - 1]
  return seconds === undefined ? null : new Date(now.getTime() + seconds * 1000)
}

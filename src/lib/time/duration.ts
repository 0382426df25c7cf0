/** Named durations, so that constants show their unit. */
export const minuteSeconds = 60
export const hourSeconds = 60 * minuteSeconds
export const daySeconds = 24 * hourSeconds

export const minuteMs = minuteSeconds * 1000
export const hourMs = hourSeconds * 1000
export const dayMs = daySeconds * 1000

/** A waiting time in words, rounded up to one unit: "20 seconds", "1 minute", "30 minutes", "36 hours", "3 days". */
export function durationInWords(seconds: number): string {
  if (seconds <= minuteSeconds) return counted(seconds, 1, 'second')
  if (seconds <= 2 * hourSeconds) return counted(seconds, minuteSeconds, 'minute')
  if (seconds <= 2 * daySeconds) return counted(seconds, hourSeconds, 'hour')
  return counted(seconds, daySeconds, 'day')
}

function counted(seconds: number, unitSeconds: number, unit: string): string {
  const count = Math.max(1, Math.ceil(seconds / unitSeconds))
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}

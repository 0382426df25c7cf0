import { dayMs } from './duration.ts'

/** Start of the UTC day that contains a time, in milliseconds since the Unix epoch. */
export function startOfUtcDay(ms: number): number {
  return Math.floor(ms / dayMs) * dayMs
}

/** The UTC day of a time, such as `2026-01-31`. */
export function isoDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

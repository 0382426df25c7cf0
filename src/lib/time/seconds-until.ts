/** The largest number of the type Int of GraphQL: 68 years. */
const maxSeconds = 2 ** 31 - 1

/** Full seconds to wait until a time, at least one. */
export function secondsUntil(time: Date, now: Date): number {
  return Math.min(Math.max(1, Math.ceil((time.getTime() - now.getTime()) / 1000)), maxSeconds)
}

/** The source of time. Tests replace it with a clock that they move. */
export interface Clock {
  /** The wall clock, for times that are stored or shown. */
  now(): Date
  /** Milliseconds of a clock that never jumps, for measuring durations. The value has no meaning as a date. */
  monotonicMs(): number
}

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
}

/** Where the time comes from, so that tests can move it. */
export interface Clock {
  /** The wall clock: for what is stored or shown. */
  now(): Date
  /** Milliseconds of a clock that never jumps: for measuring spans, meaningless as a date. */
  monotonicMs(): number
}

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => new Date(),
  monotonicMs: () => performance.now(),
}

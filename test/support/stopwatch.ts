const tickMs = 10

/**
 * Measures how long this process waits. Time in which it gets no processor is not counted, so that a test of a time limit
 * passes on a busy machine and fails if something waits for longer.
 */
export class Stopwatch {
  #ticks = 0
  readonly #timer = setInterval(() => {
    this.#ticks += 1
  }, tickMs)

  /** Time that was waited so far, in milliseconds. Stops the measurement. */
  stop(): number {
    clearInterval(this.#timer)
    return this.#ticks * tickMs
  }
}

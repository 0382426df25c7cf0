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

/** Calls back once this process has waited for that long; time without a processor is not counted. Returns how to cancel. */
export function afterWaiting(ms: number, callBack: () => void): () => void {
  let ticks = 0
  const timer = setInterval(() => {
    ticks += 1
    if (ticks * tickMs < ms) return
    clearInterval(timer)
    callBack()
  }, tickMs)
  return () => clearInterval(timer)
}

/**
 * Waits for that long; time without a processor is not counted. For tests that nothing happens: what would have happened
 * in this process has had its time, on a busy machine too.
 */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    afterWaiting(ms, resolve)
  })
}

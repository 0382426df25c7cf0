/**
 * The end of all waiting of one request, so that several queues in a row do not add up. It measures real time, as the
 * timers of the queues do.
 */
export class Deadline {
  readonly #endsAtMs: number

  constructor(seconds: number) {
    this.#endsAtMs = performance.now() + seconds * 1000
  }

  /** How long the request may still wait; 0 after the end. */
  get leftMs(): number {
    return Math.max(0, this.#endsAtMs - performance.now())
  }
}

import type { Clock } from '../../src/lib/clock.ts'

/** A clock that only the test moves. It starts at the real time, because databases use that. */
export class ManualClock implements Clock {
  #ms = Date.now()
  #monotonicMs = 0

  now(): Date {
    return new Date(this.#ms)
  }

  monotonicMs(): number {
    return this.#monotonicMs
  }

  advance(seconds: number): void {
    this.#ms += seconds * 1000
    this.#monotonicMs += seconds * 1000
  }

  /** Sets the wall clock, as an operator would; the monotonic time does not change. */
  jump(seconds: number): void {
    this.#ms += seconds * 1000
  }
}

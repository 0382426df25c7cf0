import type { Clock } from '../../src/lib/clock.ts'

/** A clock that only the test moves; it begins at the real time, since the databases know no other. */
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

  /** Sets the wall clock forward or back, as an operator would; no time passes. */
  jump(seconds: number): void {
    this.#ms += seconds * 1000
  }
}

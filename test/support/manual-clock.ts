import type { Clock } from '../../src/lib/time/clock.ts'

/**
 * A clock that only the test moves. It starts at the real time, because databases use that, or so many seconds ahead:
 * rotations of refresh tokens happen at the later of this time and that of the database, which goes on by itself.
 */
export class ManualClock implements Clock {
  #ms: number
  #monotonicMs = 0

  constructor(aheadSeconds = 0) {
    this.#ms = Date.now() + aheadSeconds * 1000
  }

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

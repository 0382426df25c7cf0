import type { Clock } from '../../lib/clock.ts'

export interface CircuitBreakerSettings {
  /** How long calls are blocked after the first failure; each further failure doubles it. */
  readonly pauseMs: number
  readonly maxPauseMs: number
}

/** Thrown instead of a call while calls are blocked. */
export class CircuitOpen extends Error {
  override readonly name = 'CircuitOpen'
}

/**
 * Prevents callers from waiting for a dependency that failed: calls are blocked for a pause, then one call tries again.
 */
export class CircuitBreaker {
  readonly #settings: CircuitBreakerSettings
  readonly #clock: Pick<Clock, 'monotonicMs'>
  #failures = 0
  #openUntilMs = Number.NEGATIVE_INFINITY

  constructor(settings: CircuitBreakerSettings, clock: Pick<Clock, 'monotonicMs'>) {
    this.#settings = settings
    this.#clock = clock
  }

  /** @throws CircuitOpen immediately during a pause, else the error of the call */
  async run<T>(call: () => Promise<T>): Promise<T> {
    const startedMs = this.#clock.monotonicMs()
    if (startedMs < this.#openUntilMs)
      throw new CircuitOpen('The dependency failed recently; calls are blocked for a moment.')
    // After a pause only one call tries: others would wait for the same time-out.
    if (this.#failures > 0) this.#pause(startedMs)
    try {
      const result = await call()
      this.#failures = 0
      this.#openUntilMs = Number.NEGATIVE_INFINITY
      return result
    } catch (error) {
      this.#failures += 1
      this.#pause(this.#clock.monotonicMs())
      throw error
    }
  }

  #pause(fromMs: number): void {
    const { pauseMs, maxPauseMs } = this.#settings
    const doublings = Math.min(Math.max(0, this.#failures - 1), 16)
    this.#openUntilMs = fromMs + Math.min(pauseMs * 2 ** doublings, maxPauseMs)
  }
}

import type { Clock } from '../../lib/clock.ts'

export interface CircuitBreakerSettings {
  /** How long nobody calls after the first failure; doubled by each further one. */
  readonly restMs: number
  readonly maxRestMs: number
}

/** Thrown instead of a call while the other side is left alone. */
export class CircuitOpen extends Error {
  override readonly name = 'CircuitOpen'
}

/** Keeps callers from waiting for somebody who did not answer: after a failure one call in a while tries again. */
export class CircuitBreaker {
  readonly #settings: CircuitBreakerSettings
  readonly #clock: Pick<Clock, 'monotonicMs'>
  #failures = 0
  #openUntilMs = Number.NEGATIVE_INFINITY

  constructor(settings: CircuitBreakerSettings, clock: Pick<Clock, 'monotonicMs'>) {
    this.#settings = settings
    this.#clock = clock
  }

  /** @throws CircuitOpen at once while it rests; else as the call does */
  async run<T>(call: () => Promise<T>): Promise<T> {
    const startedMs = this.#clock.monotonicMs()
    if (startedMs < this.#openUntilMs) throw new CircuitOpen('The other side has not answered lately.')
    // Of those who come after a rest, one tries: the others would wait for the same silence.
    if (this.#failures > 0) this.#rest(startedMs)
    try {
      const answer = await call()
      this.#failures = 0
      this.#openUntilMs = Number.NEGATIVE_INFINITY
      return answer
    } catch (error) {
      this.#failures += 1
      this.#rest(this.#clock.monotonicMs())
      throw error
    }
  }

  #rest(fromMs: number): void {
    const { restMs, maxRestMs } = this.#settings
    const doublings = Math.min(Math.max(0, this.#failures - 1), 16)
    this.#openUntilMs = fromMs + Math.min(restMs * 2 ** doublings, maxRestMs)
  }
}

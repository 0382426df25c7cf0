import type { EndTiming } from '../../lib/observation/timings.ts'
import type { Clock } from '../../lib/time/clock.ts'

export interface CircuitBreakerSettings {
  /** Number of failures in a row that block calls. Default: 1. */
  readonly maxFailures?: number
  /** How long calls are blocked at first; each failed probe doubles it. */
  readonly pauseMs: number
  readonly maxPauseMs: number
}

export interface CircuitBreakerHooks {
  /** Whether an error shows that the dependency does not work. Any other error counts as a response. Default: all do. */
  isFailure?(error: unknown): boolean
  /** Called when calls become blocked, and when the dependency responds again. */
  onChange?(blocked: boolean, error: unknown): void
  /** Called when a call begins; the result, when it ends. */
  onCall?(): EndTiming
}

/** Thrown instead of a call while calls are blocked. */
export class CircuitOpen extends Error {
  override readonly name = 'CircuitOpen'
}

/**
 * Prevents callers from waiting for a dependency that failed: calls are blocked for a pause, then one call, the probe,
 * tries again. A response ends the blockade. A failed probe begins the next pause. Calls need a time limit of their own.
 */
export class CircuitBreaker {
  readonly #settings: CircuitBreakerSettings
  readonly #clock: Pick<Clock, 'monotonicMs'>
  readonly #hooks: CircuitBreakerHooks
  /** Failures in a row while calls are not blocked. */
  #failures = 0
  /** Pauses since calls are blocked; 0: they are not. */
  #pauses = 0
  #pauseEndsMs = 0

  constructor(
    settings: CircuitBreakerSettings,
    clock: Pick<Clock, 'monotonicMs'>,
    hooks: CircuitBreakerHooks = {},
  ) {
    this.#settings = settings
    this.#clock = clock
    this.#hooks = hooks
  }

  /** Number of calls that can start now: none during a pause, then one, and any number while calls are not blocked. */
  get capacity(): number {
    if (this.#pauses === 0) return Number.POSITIVE_INFINITY
    return this.#clock.monotonicMs() < this.#pauseEndsMs ? 0 : 1
  }

  /** @throws CircuitOpen immediately during a pause, else the error of the call */
  async run<T>(call: () => Promise<T>): Promise<T> {
    if (this.capacity === 0)
      throw new CircuitOpen('The dependency failed recently; calls are blocked for a moment.')
    const pausesBefore = this.#pauses
    // While the probe runs, other calls would wait for the same time-out.
    if (pausesBefore > 0) this.#pause(pausesBefore)
    const end = this.#hooks.onCall?.()
    try {
      const result = await call()
      end?.()
      this.#close()
      return result
    } catch (error) {
      end?.(error)
      if (this.#hooks.isFailure?.(error) === false) this.#close()
      else this.#fail(error, pausesBefore)
      throw error
    }
  }

  #fail(error: unknown, pausesBefore: number): void {
    // A call that began before the pause says nothing new.
    if (pausesBefore !== this.#pauses) return
    this.#failures += 1
    if (pausesBefore === 0 && this.#failures < (this.#settings.maxFailures ?? 1)) return
    this.#pause(pausesBefore + 1)
    if (pausesBefore === 0) this.#hooks.onChange?.(true, error)
  }

  #close(): void {
    const blocked = this.#pauses > 0
    this.#failures = 0
    this.#pauses = 0
    if (blocked) this.#hooks.onChange?.(false, null)
  }

  #pause(pauses: number): void {
    const { pauseMs, maxPauseMs } = this.#settings
    this.#pauses = pauses
    this.#pauseEndsMs =
      this.#clock.monotonicMs() + Math.min(pauseMs * 2 ** Math.min(pauses - 1, 16), maxPauseMs)
  }
}

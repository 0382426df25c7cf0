import type { Logger } from '../../lib/observation/logger.ts'
import type { Metrics } from '../../lib/observation/metrics.ts'
import type { Clock } from '../../lib/time/clock.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import { OutageLog } from './outage-log.ts'

export interface FailoverDeps {
  /** What is counted, for the log. */
  readonly subject: string
  /** Label of the metric `limiter_degraded`. */
  readonly port: string
  /** The real clock, which decides when Redis is tried again. */
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly logger: Logger
  readonly metrics: Metrics
  /** Called once per outage, at its first failed call. */
  readonly onDegraded?: () => void
  /** Called once per outage, at its end. */
  readonly onRecovered?: () => void
}

/**
 * Calls Redis, and the counterpart in this process while Redis does not respond. A call that fails starts the outage, so
 * it takes as long as a command may; after that one call per pause tries Redis, and the others do not wait.
 */
export class Failover {
  readonly #deps: FailoverDeps
  readonly #breaker: CircuitBreaker
  readonly #log: OutageLog
  #degraded = false
  /** Number of changes between Redis and this process. A call that began before the last change decides nothing. */
  #changes = 0

  constructor(deps: FailoverDeps) {
    this.#deps = deps
    this.#breaker = new CircuitBreaker({ pauseMs: 250, maxPauseMs: 1000 }, deps.clock)
    this.#log = new OutageLog(deps.subject, deps.logger, deps.clock)
  }

  get isDegraded(): boolean {
    return this.#degraded
  }

  async run<T>(callShared: () => Promise<T>, callLocal: () => Promise<T>): Promise<T> {
    const changes = this.#changes
    try {
      const result = await this.runShared(callShared)
      if (this.#degraded && changes === this.#changes) this.#recover()
      return result
    } catch (error) {
      if (!this.#degraded && changes === this.#changes) this.#degrade(error)
      else if (this.#degraded) this.#log.goOn()
      this.#deps.metrics.count('limiter_degraded', this.#deps.port)
      return callLocal()
    }
  }

  /** Calls Redis only. @throws if Redis does not respond */
  runShared<T>(callShared: () => Promise<T>): Promise<T> {
    return this.#breaker.run(callShared)
  }

  #degrade(error: unknown): void {
    this.#degraded = true
    this.#changes += 1
    this.#log.begin(error)
    this.#deps.onDegraded?.()
  }

  #recover(): void {
    this.#degraded = false
    this.#changes += 1
    this.#log.end()
    this.#deps.onRecovered?.()
  }
}

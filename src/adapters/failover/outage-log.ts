import type { Logger } from '../../lib/observation/logger.ts'
import { errorText } from '../../lib/text/error-text.ts'
import type { Clock } from '../../lib/time/clock.ts'

const maxInRow = 10
const pauseMs = 30_000

/**
 * Logs the begin and the end of outages: ten in a row, then one in 30 seconds. If a part of Redis fails, calls to it and to
 * the rest begin and end an outage every second. An outage that is not logged at its begin is logged once it may be.
 */
export class OutageLog {
  readonly #subject: string
  readonly #logger: Logger
  readonly #clock: Pick<Clock, 'monotonicMs'>
  #left = maxInRow
  #countedMs: number
  #reason = ''
  #isLogged = false
  /** Outages since the last that was logged, with the present one. */
  #outages = 0

  constructor(subject: string, logger: Logger, clock: Pick<Clock, 'monotonicMs'>) {
    this.#subject = subject
    this.#logger = logger
    this.#clock = clock
    this.#countedMs = clock.monotonicMs()
  }

  begin(error: unknown): void {
    this.#reason = errorText(error)
    this.#isLogged = false
    this.#outages += 1
    this.goOn()
  }

  /** Called at each failed call of an outage. */
  goOn(): void {
    if (this.#isLogged || !this.#take()) return
    const outages = this.#outages > 1 ? { outages: this.#outages } : {}
    this.#logger.warn(
      { reason: this.#reason, ...outages },
      `${this.#subject} are counted in this process: Redis does not respond`,
    )
    this.#isLogged = true
    this.#outages = 0
  }

  end(): void {
    if (this.#isLogged) this.#logger.info({}, `${this.#subject} are counted in Redis again`)
  }

  #take(): boolean {
    const nowMs = this.#clock.monotonicMs()
    this.#left = Math.min(maxInRow, this.#left + (nowMs - this.#countedMs) / pauseMs)
    this.#countedMs = nowMs
    if (this.#left < 1) return false
    this.#left -= 1
    return true
  }
}

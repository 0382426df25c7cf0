import type { GatheredAlerts } from '../domain/alerts/alert.ts'
import type { ClaimedAlert } from '../domain/alerts/alert-store.ts'
import type { Logger } from '../lib/observation/logger.ts'
import type { AlertDelivery } from './alert-delivery.ts'

export interface AlertMessengerDeps {
  readonly alerts: Pick<GatheredAlerts, 'flush'>
  /** Null: no receiver is configured. */
  readonly delivery: Pick<AlertDelivery, 'claimDue' | 'deliver'> | null
  readonly logger: Logger
}

const roundIntervalMs = 1000
/** More than the number of alert kinds. */
const maxDeliveries = 10

/** Every second, writes the alerts of this process and delivers due alerts, including those of other processes. */
export class AlertMessenger {
  readonly #deps: AlertMessengerDeps
  readonly #running = new Set<Promise<void>>()
  #timer: NodeJS.Timeout | null = null
  #round: Promise<void> | null = null
  /** Whether the last round failed. Only the first failure in a row is logged. */
  #failing = false

  constructor(deps: AlertMessengerDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#round ??= this.#goRound().finally(() => {
        this.#round = null
      })
    }, roundIntervalMs)
    this.#timer.unref()
  }

  /** Waits for running deliveries and writes the last alerts; other processes, or the next start, deliver those. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    await this.#round
    await this.#logFailures(() => this.#deps.alerts.flush())
    await Promise.allSettled(this.#running)
  }

  /** Writes and delivers now; resolves after every delivery was tried once. Returns the number of claimed alerts. */
  async deliverDue(): Promise<number> {
    await this.#deps.alerts.flush()
    const claimed = await this.#launchDue()
    await Promise.all(this.#running)
    return claimed
  }

  async #goRound(): Promise<void> {
    await this.#logFailures(async () => {
      await this.#deps.alerts.flush()
      await this.#launchDue()
    })
  }

  async #launchDue(): Promise<number> {
    const free = maxDeliveries - this.#running.size
    const { delivery } = this.#deps
    if (delivery === null || free === 0) return 0
    const alerts = await delivery.claimDue(free)
    for (const alert of alerts) this.#launch(delivery, alert)
    return alerts.length
  }

  #launch(delivery: Pick<AlertDelivery, 'deliver'>, alert: ClaimedAlert): void {
    const running = delivery
      .deliver(alert)
      .catch((error: unknown) => {
        this.#deps.logger.warn({ alertId: alert.id, error }, 'state of alert could not be written')
      })
      .finally(() => this.#running.delete(running))
    this.#running.add(running)
  }

  /** Never rejects. */
  async #logFailures(work: () => Promise<void>): Promise<void> {
    try {
      await work()
      this.#failing = false
    } catch (error) {
      if (!this.#failing) this.#deps.logger.warn({ error }, 'alerts could not be written or claimed')
      this.#failing = true
    }
  }
}

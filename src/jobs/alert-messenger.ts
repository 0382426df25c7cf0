import type { GatheredAlerts } from '../domain/alerts/alert.ts'
import type { ClaimedAlert } from '../domain/alerts/alert-store.ts'
import type { Logger } from '../lib/logger.ts'
import type { AlertDelivery } from './alert-delivery.ts'

export interface AlertMessengerDeps {
  readonly alerts: Pick<GatheredAlerts, 'flush'>
  /** Null: nobody is to be told. */
  readonly deliver: Pick<AlertDelivery, 'take' | 'tell'> | null
  readonly logger: Logger
}

const roundMs = 1000
/** As many as there are kinds, and some. */
const concurrency = 10

/** Once a second: writes what was raised here, and tells of what is due, whoever wrote it. */
export class AlertMessenger {
  readonly #deps: AlertMessengerDeps
  readonly #running = new Set<Promise<void>>()
  #timer: NodeJS.Timeout | null = null
  #round: Promise<void> | null = null
  /** The database was away the last time: one line is enough. */
  #failing = false

  constructor(deps: AlertMessengerDeps) {
    this.#deps = deps
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#round ??= this.#goRound().finally(() => {
        this.#round = null
      })
    }, roundMs)
    this.#timer.unref()
  }

  /** Ends what it is at and writes what was raised last; that is told by other processes, or at the next start. */
  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    await this.#round
    await this.#careful(() => this.#deps.alerts.flush())
    await Promise.allSettled(this.#running)
  }

  /** Writes and tells at once; resolves when all of it has been tried. Answers how many tellings were taken in hand. */
  async deliverDue(): Promise<number> {
    await this.#deps.alerts.flush()
    const taken = await this.#launchDue()
    await Promise.all(this.#running)
    return taken
  }

  async #goRound(): Promise<void> {
    await this.#careful(async () => {
      await this.#deps.alerts.flush()
      await this.#launchDue()
    })
  }

  async #launchDue(): Promise<number> {
    const free = concurrency - this.#running.size
    const { deliver } = this.#deps
    if (deliver === null || free === 0) return 0
    const alerts = await deliver.take(free)
    for (const alert of alerts) this.#launch(deliver, alert)
    return alerts.length
  }

  #launch(deliver: Pick<AlertDelivery, 'tell'>, alert: ClaimedAlert): void {
    const telling = deliver
      .tell(alert)
      .catch((error: unknown) => {
        this.#deps.logger.warn({ alertId: alert.id, error }, 'the state of an alert could not be written')
      })
      .finally(() => this.#running.delete(telling))
    this.#running.add(telling)
  }

  async #careful(work: () => Promise<void>): Promise<void> {
    try {
      await work()
      this.#failing = false
    } catch (error) {
      if (!this.#failing) this.#deps.logger.warn({ error }, 'alerts could not be written or looked for')
      this.#failing = true
    }
  }
}

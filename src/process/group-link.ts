import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import type { HealthCheck } from '../lib/observation/health-checks.ts'
import type { MetricsText, ProcessMetrics } from '../lib/observation/metrics.ts'
import { parseToWorker, type ToPrimary, type ToWorker } from './group-messages.ts'

const maxWaitMs = 5_000

export interface GroupLinkDeps {
  /** WORKERS */
  readonly workers: number
  readonly send: (message: ToPrimary) => Promise<void>
}

/** What a worker says to the primary process of its group, and learns from it. */
export class GroupLink {
  readonly #deps: GroupLinkDeps
  readonly #waiting = new Map<number, (text: MetricsText | null) => void>()
  #lastId = 0
  #readyWorkers = 0
  #wasComplete = false
  #metrics: ProcessMetrics | null = null
  #onReplaced: () => void = () => undefined

  constructor(deps: GroupLinkDeps) {
    this.#deps = deps
  }

  /** The metrics and the health of this process become those of the group. */
  join(infrastructure: Infrastructure): Infrastructure {
    const { metricsReport, healthChecks, gauges } = infrastructure
    this.#metrics = metricsReport
    gauges.watch('workers', () => ({ ready: this.#readyWorkers, configured: this.#deps.workers }))
    return {
      ...infrastructure,
      healthChecks: [...healthChecks, this.#othersWork()],
      metricsReport:
        metricsReport === null
          ? null
          : { read: () => this.#readMetricsOfAll(), snapshot: () => metricsReport.snapshot() },
    }
  }

  reportReady(): void {
    void this.#deps.send({ kind: 'ready' })
  }

  /** `stop` runs when another worker has taken the place of this one. */
  whenReplaced(stop: () => void): void {
    this.#onReplaced = stop
  }

  /** Call it last: nothing that is counted later reaches the sums. */
  async sendLastMetrics(): Promise<void> {
    if (this.#metrics === null) return
    await this.#deps.send({ kind: 'last-metrics', snapshot: await this.#metrics.snapshot() })
  }

  receive(message: unknown): void {
    const parsed = parseToWorker(message)
    if (parsed !== null) void this.#handle(parsed)
  }

  async #handle(message: ToWorker): Promise<void> {
    if (message.kind === 'ready-workers') {
      this.#readyWorkers = message.ready
      this.#wasComplete ||= message.ready >= this.#deps.workers
    } else if (message.kind === 'replaced') this.#onReplaced()
    else if (message.kind === 'metrics-of-all') this.#waiting.get(message.id)?.(message.text)
    else if (this.#metrics !== null) {
      const snapshot = await this.#metrics.snapshot()
      await this.#deps.send({ kind: 'metrics', id: message.id, snapshot })
    }
  }

  /** This process serves without the others. */
  #othersWork(): HealthCheck {
    const { workers } = this.#deps
    return {
      name: 'workers',
      required: false,
      check: async () => {
        // While the group starts, nothing is missing.
        if (this.#wasComplete && this.#readyWorkers < workers)
          throw new Error(`${this.#readyWorkers} of ${workers} workers are ready.`)
      },
    }
  }

  /** @throws if the primary process does not answer in time */
  #readMetricsOfAll(): Promise<MetricsText> {
    this.#lastId += 1
    const id = this.#lastId
    return new Promise<MetricsText>((resolve, reject) => {
      const give = (text: MetricsText | null) => {
        clearTimeout(timer)
        this.#waiting.delete(id)
        if (text === null) reject(new Error('The metrics of the group could not be read.'))
        else resolve(text)
      }
      const timer = setTimeout(() => give(null), maxWaitMs)
      this.#waiting.set(id, give)
      void this.#deps.send({ kind: 'read-metrics-of-all', id })
    })
  }
}

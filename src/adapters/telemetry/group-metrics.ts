import { AggregatorRegistry } from 'prom-client'
import type { MetricsSnapshot, MetricsText } from '../../lib/observation/metrics.ts'
import { isObject } from '../../lib/text/json.ts'
import { LabelValues } from './label-values.ts'

/** Counters and histograms only grow, also when the process that counted has ended. Gauges end with it. */
const lasting = new Set<unknown>(['counter', 'histogram'])

/** The metrics of several processes as those of one. */
export class GroupMetrics {
  #ended: MetricsSnapshot = []
  #adding: Promise<void> = Promise.resolve()
  readonly #values = new LabelValues()

  /** Keeps what a process has counted. Otherwise the sums fall, which Prometheus takes for a restart of all. */
  addEnded(snapshot: MetricsSnapshot): Promise<void> {
    const counted = this.#bound(snapshot.filter((metric) => isObject(metric) && lasting.has(metric.type)))
    this.#adding = this.#adding.then(async () => {
      this.#ended = await merge([this.#ended, counted]).getMetricsAsJSON()
    })
    return this.#adding
  }

  async read(running: readonly MetricsSnapshot[]): Promise<MetricsText> {
    await this.#adding
    const registry = merge([...running.map((snapshot) => this.#bound(snapshot)), this.#ended])
    return { contentType: registry.contentType, body: await registry.metrics() }
  }

  /** Each process has its own first values of a label: those beyond the first of all are counted under `other`. */
  #bound(snapshot: MetricsSnapshot): MetricsSnapshot {
    return snapshot.map((metric) => {
      if (!isObject(metric) || !Array.isArray(metric.values)) return metric
      const values: readonly unknown[] = metric.values
      return { ...metric, values: values.map((value) => this.#boundLabels(String(metric.name), value)) }
    })
  }

  #boundLabels(metric: string, value: unknown): unknown {
    if (!isObject(value) || !isObject(value.labels)) return value
    const labels = Object.entries(value.labels).map(([name, label]) => [
      name,
      typeof label === 'string' ? this.#values.bound(`${metric} ${name}`, label) : label,
    ])
    return { ...value, labels: Object.fromEntries(labels) }
  }
}

function merge(snapshots: readonly MetricsSnapshot[]) {
  return AggregatorRegistry.aggregate(snapshots.map((snapshot) => [...snapshot]))
}

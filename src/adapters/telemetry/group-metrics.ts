import { AggregatorRegistry } from 'prom-client'
import type { MetricsSnapshot, MetricsText } from '../../lib/observation/metrics.ts'
import { isObject } from '../../lib/text/json.ts'

/** Counters and histograms only grow, also when the process that counted has ended. Gauges end with it. */
const lasting = new Set<unknown>(['counter', 'histogram'])

/** The metrics of several processes as those of one. */
export class GroupMetrics {
  #ended: MetricsSnapshot = []
  #adding: Promise<void> = Promise.resolve()

  /** Keeps what a process has counted. Otherwise the sums fall, which Prometheus takes for a restart of all. */
  addEnded(snapshot: MetricsSnapshot): Promise<void> {
    const counted = snapshot.filter((metric) => isObject(metric) && lasting.has(metric.type))
    this.#adding = this.#adding.then(async () => {
      this.#ended = await merge([this.#ended, counted]).getMetricsAsJSON()
    })
    return this.#adding
  }

  async read(running: readonly MetricsSnapshot[]): Promise<MetricsText> {
    await this.#adding
    const registry = merge([...running, this.#ended])
    return { contentType: registry.contentType, body: await registry.metrics() }
  }
}

function merge(snapshots: readonly MetricsSnapshot[]) {
  return AggregatorRegistry.aggregate(snapshots.map((snapshot) => [...snapshot]))
}

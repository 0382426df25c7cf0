import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import {
  type CounterName,
  counters,
  type GaugeName,
  type Gauges,
  gauges,
  type Metrics,
  type MetricsReport,
} from '../../lib/observation/metrics.ts'

/** Label name of each counter. */
const labelNames: Readonly<Record<CounterName, string>> = {
  rate_limited: 'budget',
  denied: 'field',
  flood_blocked: 'reason',
  limiter_degraded: 'port',
  limiter_failed: 'outcome',
  edge_ignored: 'reason',
  lockouts: 'target',
  refresh_repeats: 'window',
  risk_signals: 'signal',
  audit_lost: 'type',
  alerts: 'kind',
}
/** Label name of each gauge that has one. */
const gaugeLabelNames: Readonly<Partial<Record<string, string>>> = { dependency_state: 'dependency' }
/** Each label value creates a permanent time series, so values that are not identifiers are counted under `other`. */
const identifier = /^[A-Za-z][\w-]{0,47}$/
const maxLabels = 50
const otherLabels = 'other'

interface LabelledCounter {
  readonly counter: Counter
  readonly labelName: string
  readonly seen: Set<string>
}

/** Counters and gauges for Prometheus, with the process metrics of prom-client: CPU, memory, event loop, garbage collection. */
export class PrometheusMetrics implements Metrics, Gauges, MetricsReport {
  readonly #registry = new Registry()
  readonly #counters: ReadonlyMap<string, LabelledCounter>
  readonly #gauges: ReadonlyMap<string, Gauge>

  constructor() {
    collectDefaultMetrics({ register: this.#registry })
    this.#counters = new Map(
      Object.entries(labelNames).map(([name, labelName]) => [name, this.#register(name, labelName)] as const),
    )
    const registers = [this.#registry]
    this.#gauges = new Map(
      Object.entries(gauges).map(([name, help]) => [
        name,
        new Gauge({ name: `gatehouse_${name}`, help, registers, labelNames: labelsOf(name) }),
      ]),
    )
  }

  count(name: CounterName, label?: string): void {
    const found = this.#counters.get(name)
    if (found === undefined) return
    if (label === undefined) found.counter.inc()
    else found.counter.inc({ [found.labelName]: boundedLabel(label, found.seen) })
  }

  set(name: GaugeName, value: number, label?: string): void {
    const [labelName] = labelsOf(name)
    if (label === undefined || labelName === undefined) this.#gauges.get(name)?.set(value)
    else this.#gauges.get(name)?.set({ [labelName]: label }, value)
  }

  async read(): Promise<{ readonly contentType: string; readonly body: string }> {
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() }
  }

  #register(name: string, labelName: string): LabelledCounter {
    const counter = new Counter({
      name: `gatehouse_${name}_total`,
      help: new Map(Object.entries(counters)).get(name) ?? name,
      labelNames: [labelName],
      registers: [this.#registry],
    })
    return { counter, labelName, seen: new Set() }
  }
}

function labelsOf(gauge: string): string[] {
  const name = gaugeLabelNames[gauge]
  return name === undefined ? [] : [name]
}

function boundedLabel(label: string, seen: Set<string>): string {
  if (seen.has(label)) return label
  if (!identifier.test(label) || seen.size === maxLabels) return otherLabels
  seen.add(label)
  return label
}

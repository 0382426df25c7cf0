import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import {
  type CounterName,
  counters,
  type GaugeName,
  type Gauges,
  gauges,
  type Metrics,
  type MetricsReport,
} from '../../lib/metrics.ts'

/** What the label of each counter tells apart. */
const labelNames: Readonly<Record<CounterName, string>> = {
  rate_limited: 'budget',
  denied: 'field',
  flood_blocked: 'reason',
  limiter_degraded: 'port',
  limiter_failed: 'outcome',
  edge_ignored: 'reason',
  lockouts: 'target',
  risk_signals: 'signal',
  audit_lost: 'type',
  alerts: 'kind',
}
/** Each label is a time series for good: whatever is no word of the program is counted under one. */
const word = /^[A-Za-z][\w-]{0,47}$/
const maxWords = 50
const otherWords = 'other'

interface LabelledCounter {
  readonly counter: Counter
  readonly labelName: string
  readonly seen: Set<string>
}

/** Counters and gauges for a Prometheus server, and what prom-client knows of the process: CPU, memory, event loop, collections. */
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
        new Gauge({ name: `gatehouse_${name}`, help, registers }),
      ]),
    )
  }

  count(name: CounterName, label?: string): void {
    const found = this.#counters.get(name)
    if (found === undefined) return
    if (label === undefined) found.counter.inc()
    else found.counter.inc({ [found.labelName]: boundedWord(label, found.seen) })
  }

  set(name: GaugeName, value: number): void {
    this.#gauges.get(name)?.set(value)
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

function boundedWord(label: string, seen: Set<string>): string {
  if (seen.has(label)) return label
  if (!word.test(label) || seen.size === maxWords) return otherWords
  seen.add(label)
  return label
}

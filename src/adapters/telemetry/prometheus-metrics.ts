import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import {
  type CounterDescription,
  type CounterName,
  counters,
  type GaugeDescription,
  type GaugeName,
  type Gauges,
  type GaugeValues,
  gauges,
  type HistogramName,
  histograms,
  type Metrics,
  type MetricsSnapshot,
  type MetricsText,
  type ProcessMetrics,
} from '../../lib/observation/metrics.ts'
import { LabelValues, otherValue } from './label-values.ts'

/** Upper bounds of the buckets of histograms, in seconds: from a cached read to a hash in a long queue. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
/** Values of labels that are not identifiers are counted under `other`. */
const identifier = /^[A-Za-z0-9][\w.-]{0,47}$/

type Labels = Readonly<Record<string, string>>

/** Metrics for Prometheus, with the process metrics of prom-client: CPU, memory, event loop, garbage collection. */
export class PrometheusMetrics implements Metrics, Gauges, ProcessMetrics {
  readonly #registry = new Registry()
  readonly #counters: Readonly<Record<CounterName, Counter>>
  readonly #histograms: Readonly<Record<HistogramName, Histogram>>
  readonly #gauges: Readonly<Record<GaugeName, Gauge>>
  readonly #values = new LabelValues()
  readonly #watched: (() => Promise<void>)[] = []

  constructor() {
    const registers = [this.#registry]
    collectDefaultMetrics({ register: this.#registry })
    this.#counters = mapNames(counters, (name, { help, labels, from = [] }: CounterDescription) => {
      const counter = new Counter({ name: `gatehouse_${name}_total`, help, labelNames: labels, registers })
      for (const value of from) counter.inc({ [labels[0] ?? '']: value }, 0)
      return counter
    })
    this.#histograms = mapNames(
      histograms,
      (name, { help, labels }) =>
        new Histogram({ name: `gatehouse_${name}_seconds`, help, labelNames: labels, buckets, registers }),
    )
    this.#gauges = mapNames(
      gauges,
      (name, { help, labels, inGroup = 'sum' }: GaugeDescription) =>
        new Gauge({ name: `gatehouse_${name}`, help, labelNames: labels, registers, aggregator: inGroup }),
    )
  }

  count(name: CounterName, ...labels: readonly string[]): void {
    this.#counters[name].inc(this.#labels(name, counters[name].labels, labels))
  }

  observe(name: HistogramName, seconds: number, ...labels: readonly string[]): void {
    this.#histograms[name].observe(this.#labels(name, histograms[name].labels, labels), seconds)
  }

  set(name: GaugeName, value: number, ...labels: readonly string[]): void {
    this.#gauges[name].set(this.#labels(name, gauges[name].labels, labels), value)
  }

  watch(name: GaugeName, read: () => GaugeValues | Promise<GaugeValues>): void {
    this.#watched.push(async () => {
      const values = await Promise.resolve()
        .then(read)
        .catch(() => ({}))
      // A value that cannot be read is absent, instead of an old one.
      this.#gauges[name].reset()
      for (const [label, value] of Object.entries(values))
        this.set(name, value, ...(label === '' ? [] : [label]))
    })
  }

  async snapshot(): Promise<MetricsSnapshot> {
    await this.#update()
    return this.#registry.getMetricsAsJSON()
  }

  async read(): Promise<MetricsText> {
    await this.#update()
    return { contentType: this.#registry.contentType, body: await this.#registry.metrics() }
  }

  async #update(): Promise<void> {
    await Promise.all(this.#watched.map((update) => update()))
  }

  #labels(metric: string, names: readonly string[], values: readonly string[]): Labels {
    return Object.fromEntries(
      names.flatMap((name, at) => {
        const value = values[at]
        return value === undefined
          ? []
          : [[name, identifier.test(value) ? this.#values.bound(`${metric} ${name}`, value) : otherValue]]
      }),
    )
  }
}

function mapNames<Name extends string, Description, Metric>(
  descriptions: Readonly<Record<Name, Description>>,
  create: (name: Name, description: Description) => Metric,
): Readonly<Record<Name, Metric>>
function mapNames(
  descriptions: Readonly<Record<string, unknown>>,
  create: (name: string, description: unknown) => unknown,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(descriptions).map(([name, description]) => [name, create(name, description)] as const),
  )
}

import { type CounterName, type Metrics, noMetrics } from '../../src/lib/observation/metrics.ts'

/** Counters that every request raises. */
const traffic: ReadonlySet<CounterName> = new Set(['calls', 'http_responses'])

/** Metrics that note what is counted besides traffic, as `name label`. */
export function noteCounts(counted: string[]): Metrics {
  return {
    ...noMetrics,
    count(name, ...labels) {
      if (!traffic.has(name)) counted.push([name, ...labels].join(' '))
    },
  }
}

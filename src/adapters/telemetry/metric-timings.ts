import type { HistogramName, Metrics } from '../../lib/observation/metrics.ts'
import type { TimedWork, Timings } from '../../lib/observation/timings.ts'

/** The histogram of each kind of work, and its labels. */
const histograms: Readonly<
  Record<TimedWork, { name: HistogramName; labels: (name: string, error: unknown) => readonly string[] }>
> = {
  database: { name: 'database_statement', labels: (name) => [name] },
  redis: { name: 'redis_command', labels: (name) => [name] },
  hash_wait: { name: 'hash_wait', labels: () => [] },
  hash: { name: 'hash_work', labels: () => [] },
  service: {
    name: 'service_call',
    labels: (name, error) => [name, error === undefined ? 'ok' : 'failed'],
  },
}

/** Timings that are added to histograms. */
export function createMetricTimings(metrics: Pick<Metrics, 'observe'>): Timings {
  return {
    begin(work, name) {
      const startedMs = performance.now()
      const histogram = histograms[work]
      return (error) =>
        metrics.observe(
          histogram.name,
          (performance.now() - startedMs) / 1000,
          ...histogram.labels(name, error),
        )
    },
  }
}

import type { Config } from '../config/config.ts'
import { noMetrics } from '../lib/observation/metrics.ts'
import type { Timings } from '../lib/observation/timings.ts'
import type { Infrastructure } from './infrastructure.ts'
import { readVersion } from './read-version.ts'

/** What observes the work of this process. */
export interface Observation {
  readonly metricPorts: Pick<Infrastructure, 'metrics' | 'gauges' | 'metricsReport'>
  /** Null: nothing is measured, so that nothing is wrapped either. */
  readonly timings: Timings | null
}

/** Opens the metrics. Their code is loaded only if they are shown. */
export async function openMetrics({ metrics: settings }: Config): Promise<Observation> {
  if (settings === null)
    return { metricPorts: { metrics: noMetrics, gauges: noMetrics, metricsReport: null }, timings: null }
  const { PrometheusMetrics } = await import('../adapters/telemetry/prometheus-metrics.ts')
  const { createMetricTimings } = await import('../adapters/telemetry/metric-timings.ts')
  const metrics = new PrometheusMetrics()
  metrics.set('build_info', 1, readVersion())
  return {
    metricPorts: { metrics, gauges: metrics, metricsReport: metrics },
    timings: createMetricTimings(metrics),
  }
}

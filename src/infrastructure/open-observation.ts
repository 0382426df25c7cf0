import { openTracer } from '../adapters/telemetry/open-tracer.ts'
import { bothTimings, createTraceTimings } from '../adapters/telemetry/trace-timings.ts'
import type { Config } from '../config/config.ts'
import { noMetrics } from '../lib/observation/metrics.ts'
import type { Timings } from '../lib/observation/timings.ts'
import type { Infrastructure } from './infrastructure.ts'
import { readVersion } from './read-version.ts'

/** What observes the work of this process. */
export interface Observation {
  readonly observers: Pick<Infrastructure, 'metrics' | 'gauges' | 'metricsReport' | 'tracer'>
  /** Null: nothing is measured, so that nothing is wrapped either. */
  readonly timings: Timings | null
}

/** Opens metrics and traces. The code of metrics is loaded only if they are shown. */
export async function openObservation(config: Pick<Config, 'metrics'>): Promise<Observation> {
  const tracer = openTracer()
  const traced = tracer === null ? null : createTraceTimings(tracer)
  if (config.metrics === null)
    return {
      observers: { metrics: noMetrics, gauges: noMetrics, metricsReport: null, tracer },
      timings: traced,
    }
  const { PrometheusMetrics } = await import('../adapters/telemetry/prometheus-metrics.ts')
  const { createMetricTimings } = await import('../adapters/telemetry/metric-timings.ts')
  const metrics = new PrometheusMetrics()
  metrics.set('build_info', 1, readVersion())
  return {
    observers: { metrics, gauges: metrics, metricsReport: metrics, tracer },
    timings: bothTimings(createMetricTimings(metrics), traced),
  }
}

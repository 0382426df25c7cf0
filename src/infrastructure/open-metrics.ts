import type { Config } from '../config/config.ts'
import { noMetrics } from '../lib/observation/metrics.ts'
import type { Infrastructure } from './infrastructure.ts'
import { readVersion } from './read-version.ts'

/** Opens the metrics. Their code is loaded only if they are shown. */
export async function openMetrics({
  metrics: settings,
}: Config): Promise<Pick<Infrastructure, 'metrics' | 'gauges' | 'metricsReport'>> {
  if (settings === null) return { metrics: noMetrics, gauges: noMetrics, metricsReport: null }
  const { PrometheusMetrics } = await import('../adapters/telemetry/prometheus-metrics.ts')
  const metrics = new PrometheusMetrics()
  metrics.set('build_info', 1, readVersion())
  return { metrics, gauges: metrics, metricsReport: metrics }
}

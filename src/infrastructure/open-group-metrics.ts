import type { MetricsSnapshot, MetricsText } from '../lib/observation/metrics.ts'

/** Adds up the metrics of several processes. */
export interface SummedMetrics {
  addEnded(snapshot: MetricsSnapshot): Promise<void>
  read(running: readonly MetricsSnapshot[]): Promise<MetricsText>
}

/** The code of metrics is loaded only if they are shown. */
export async function openGroupMetrics(): Promise<SummedMetrics> {
  const { GroupMetrics } = await import('../adapters/telemetry/group-metrics.ts')
  return new GroupMetrics()
}

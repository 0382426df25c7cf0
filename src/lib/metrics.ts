/** Every counter that the service keeps, and what its label tells apart. */
export interface Metrics {
  /** Adds one. Never throws and never waits; labels are words of the program, never of a caller. */
  count(name: CounterName, label?: string): void
}

/** What there is of something now. */
export interface Gauges {
  /** Never throws and never waits. */
  set(name: GaugeName, value: number): void
}

/** Names as a Prometheus server sees them, behind `gatehouse_` and before `_total`. */
export const counters = {
  rate_limited: 'Calls refused by a rate limit, by budget.',
  denied: 'Calls refused because the viewer may not, by root field or service.',
  flood_blocked: 'Requests refused before they were read, by reason.',
  limiter_degraded: 'Calls counted in memory because Redis did not answer, by port.',
  limiter_failed: 'Calls that could not be counted at all, by what was done: refused or admitted.',
  edge_ignored: 'Signatures of gateways that were ignored, by reason.',
  lockouts: 'Accounts and identifiers locked after failures, by what was guessed at.',
  risk_signals: 'Risk signals raised, by signal.',
  audit_lost: 'Audit events that could not be written, by type.',
  alerts: 'Alerts to operators, by kind.',
} as const

export type CounterName = keyof typeof counters

/** Names as a Prometheus server sees them, behind `gatehouse_`. */
export const gauges = {
  session_streams: 'Streams of session events that are open in this process.',
} as const

export type GaugeName = keyof typeof gauges

/** Metrics that nobody reads. */
export const noMetrics: Metrics & Gauges = { count: () => undefined, set: () => undefined }

/** The counters as a Prometheus server reads them. */
export interface MetricsReport {
  read(): Promise<{ readonly contentType: string; readonly body: string }>
}

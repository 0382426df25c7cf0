/** Port to the counters. */
export interface Metrics {
  /** Adds one. Never throws and never waits. Labels come from the code, never from a request. */
  count(name: CounterName, label?: string): void
}

/** Port to the gauges: values that rise and fall. */
export interface Gauges {
  /** Never throws and never waits. Labels come from the code, never from a request. */
  set(name: GaugeName, value: number, label?: string): void
}

/** Name and help text of each counter. Prometheus shows the name as `gatehouse_<name>_total`. */
export const counters = {
  rate_limited: 'Calls refused by a rate limit, by budget.',
  denied: 'Calls refused for lack of permission, by root field or service.',
  flood_blocked: 'Requests refused before their body was read, by reason.',
  limiter_degraded: 'Calls counted in memory because Redis did not respond, by port.',
  limiter_failed: 'Calls that could not be counted at all, by outcome: refused or admitted.',
  edge_ignored: 'Gateway signatures that were ignored, by reason.',
  lockouts: 'Accounts and identifiers locked after failures, by kind of key.',
  refresh_repeats:
    'Replaced refresh tokens that received the present one again, by window: grace or lost_answer.',
  risk_signals: 'Risk signals raised, by signal.',
  audit_lost: 'Audit events that could not be written, by type.',
  alerts: 'Alerts to operators, by kind.',
} as const

export type CounterName = keyof typeof counters

/** Name and help text of each gauge. Prometheus shows the name as `gatehouse_<name>`. */
export const gauges = {
  session_streams: 'Open streams of session events in this process.',
  dependency_state:
    'Whether a dependency works: 0 up, 1 degraded (the process serves without it), 2 down (it cannot serve).',
} as const

export type GaugeName = keyof typeof gauges

/** Metrics that are discarded. */
export const noMetrics: Metrics & Gauges = { count: () => undefined, set: () => undefined }

/** Counters and gauges in the text format of Prometheus. */
export interface MetricsReport {
  read(): Promise<{ readonly contentType: string; readonly body: string }>
}

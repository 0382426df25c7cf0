/** Port to the counters and histograms. Labels come from the code, never from a request. */
export interface Metrics {
  /** Adds one. Never throws and never waits. */
  count(name: CounterName, ...labels: readonly string[]): void
  /** Adds a duration in seconds to a histogram. Never throws and never waits. */
  observe(name: HistogramName, seconds: number, ...labels: readonly string[]): void
}

/** Port to the gauges: values that rise and fall. Labels come from the code, never from a request. */
export interface Gauges {
  /** Never throws and never waits. */
  set(name: GaugeName, value: number, ...labels: readonly string[]): void
  /** Reads the values whenever the metrics are read, by the values of the label; one value without a label has the key ''. */
  watch(name: GaugeName, read: () => GaugeValues | Promise<GaugeValues>): void
}

export type GaugeValues = Readonly<Record<string, number>>

interface Description {
  readonly help: string
  readonly labels: readonly string[]
}

export interface CounterDescription extends Description {
  /** Values of the label that are present with 0 from the start: an alert watches the first increase. */
  readonly from?: readonly string[]
}

export interface GaugeDescription extends Description {
  /** How the values of several workers become one. Default: their sum. `max`: every worker has the same value, or the worst counts. */
  readonly inGroup?: 'sum' | 'max'
}

/** Each counter. Prometheus shows the name as `gatehouse_<name>_total`. */
export const counters = {
  calls: {
    help: 'Calls of root fields of the API, by field and outcome: OK, the kind of an answer of a sign-in, or the code of a problem or error.',
    labels: ['field', 'outcome'],
  },
  operations: {
    help: 'GraphQL operations that were executed, by operation and outcome (ok, or errors). The operation is the name of a trusted document, the root field, or several.',
    labels: ['operation', 'outcome'],
  },
  http_responses: { help: 'HTTP responses, by status code.', labels: ['status'] },
  sessions_begun: {
    help: 'Sessions that have begun, by the methods of their sign-in (RFC 8176), for example pwd or pwd.otp.mfa.',
    labels: ['method'],
  },
  sessions_ended: {
    help: 'Sessions that were ended before they expired, by reason.',
    labels: ['reason'],
    from: ['REFRESH_TOKEN_REUSED'],
  },
  token_checks: {
    help: 'Checks of tokens and API keys for other services, by interface (graphql, rest, grpc) and verdict: ACTIVE, or why not.',
    labels: ['interface', 'verdict'],
  },
  job_runs: {
    help: 'Runs of scheduled jobs in this process, by job and outcome: completed, failed, or interrupted by the end of the process or the loss of the lease.',
    labels: ['job', 'outcome'],
  },
  messages: {
    help: 'Mails and text messages, by outcome of an attempt: SENT, POSTPONED, ABANDONED after the last one, or DISCARDED.',
    labels: ['outcome'],
    from: ['ABANDONED'],
  },
  rate_limited: {
    help: 'Calls refused by a rate limit, by budget.',
    labels: ['budget'],
    from: ['smsPrefix', 'smsTotal'],
  },
  denied: { help: 'Calls refused for lack of permission, by root field or service.', labels: ['field'] },
  flood_blocked: { help: 'Requests refused before their body was read, by reason.', labels: ['reason'] },
  limiter_degraded: {
    help: 'Calls counted in memory because Redis did not respond, by port.',
    labels: ['port'],
  },
  limiter_failed: {
    help: 'Calls that could not be counted at all, by outcome: refused or admitted.',
    labels: ['outcome'],
    from: ['refused', 'admitted'],
  },
  edge_ignored: { help: 'Gateway signatures that were ignored, by reason.', labels: ['reason'] },
  lockouts: {
    help: 'Accounts and identifiers locked after failures, by kind of key.',
    labels: ['target'],
    from: ['login', 'factor'],
  },
  refresh_repeats: {
    help: 'Replaced refresh tokens that received the present one again, by window: grace or lost_answer.',
    labels: ['window'],
  },
  risk_signals: { help: 'Risk signals raised, by signal.', labels: ['signal'] },
  hash_refused: {
    help: 'Password hashes that were refused because the queue was full or too slow.',
    labels: [],
  },
  audit_lost: { help: 'Audit events that could not be written, by type.', labels: ['type'] },
  alerts: { help: 'Alerts to operators, by kind.', labels: ['kind'], from: ['DATABASE_LOST_WRITES'] },
  tenant_events: {
    help: 'Counts of denied, lockouts, risk_signals and alerts that concern a tenant, by name of the counter and id of the tenant.',
    labels: ['event', 'tenant'],
  },
} as const satisfies Readonly<Record<string, CounterDescription>>

export type CounterName = keyof typeof counters

/** Counts an event, and for its tenant too. Null: it concerns no tenant. */
export function countOfTenant(
  metrics: Pick<Metrics, 'count'>,
  name: Extract<CounterName, 'denied' | 'lockouts' | 'risk_signals' | 'alerts'>,
  label: string,
  tenantId: string | null,
): void {
  metrics.count(name, label)
  if (tenantId !== null) metrics.count('tenant_events', name, tenantId)
}

/** Each histogram. Prometheus shows the name as `gatehouse_<name>_seconds`. */
export const histograms = {
  call: { help: 'Duration of calls of root fields of the API, by field.', labels: ['field'] },
  token_check: {
    help: 'Duration of checks of tokens for other services, by interface.',
    labels: ['interface'],
  },
  operation: {
    help: 'Duration of the execution of GraphQL operations, by operation as in operations.',
    labels: ['operation'],
  },
  http_request: {
    help: 'Duration of HTTP requests until their response begins, by route: graphql, health, oauth, keys, metrics or other.',
    labels: ['route'],
  },
  hash: { help: 'Duration of a password hash, with its wait for a turn.', labels: [] },
  hash_wait: { help: 'Wait of a password hash for its turn.', labels: [] },
  hash_work: { help: 'Duration of a password hash without its wait.', labels: [] },
  database_statement: {
    help: 'Duration of statements of the database, by statement: its kind and the table that it writes or reads.',
    labels: ['statement'],
  },
  redis_command: {
    help: 'Duration of commands of Redis until their reply, by name of the script or command.',
    labels: ['command'],
  },
  service_call: {
    help: 'Duration of calls to other services (mail, text messages, webhooks, breach list, archive), by service and outcome: ok or failed.',
    labels: ['service', 'outcome'],
  },
} as const satisfies Readonly<Record<string, Description>>

export type HistogramName = keyof typeof histograms

/** Each gauge. Prometheus shows the name as `gatehouse_<name>`. */
export const gauges = {
  build_info: { help: 'Always 1, with the version of this service.', labels: ['version'], inGroup: 'max' },
  session_streams: { help: 'Open streams of session events in this process.', labels: [] },
  dependency_state: {
    help: 'Whether a dependency works: 0 up, 1 degraded (the process serves without it), 2 down (it cannot serve).',
    labels: ['dependency'],
    inGroup: 'max',
  },
  dependency_check_seconds: {
    help: 'Duration of the last check of a dependency: one round trip.',
    labels: ['dependency'],
    inGroup: 'max',
  },
  revocations: { help: 'Live revocations in memory, by kind.', labels: ['kind'], inGroup: 'max' },
  sessions_live: {
    help: 'Sessions of all processes that have not ended, at most a minute old: counted in a small table, estimated in a large one.',
    labels: [],
    inGroup: 'max',
  },
  hash_queue: { help: 'Password hashes in this process, by state: running or waiting.', labels: ['state'] },
  database_connections: {
    help: 'Connections of the database pool, by state: idle, used or awaited.',
    labels: ['state'],
  },
  queued_messages: {
    help: 'Mails and text messages that wait to be sent, of all processes.',
    labels: [],
    inGroup: 'max',
  },
  oldest_message_age_seconds: {
    help: 'Age of the oldest message that is due; 0 if none is.',
    labels: [],
    inGroup: 'max',
  },
  job_last_success_timestamp_seconds: {
    help: 'When a job last completed in this process, in seconds since 1970.',
    labels: ['job'],
    inGroup: 'max',
  },
  job_last_duration_seconds: {
    help: 'Duration of the last run of a job in this process.',
    labels: ['job'],
    inGroup: 'max',
  },
  workers: {
    help: 'Workers of this group (WORKERS), by state: ready, or configured.',
    labels: ['state'],
    inGroup: 'max',
  },
} as const satisfies Readonly<Record<string, GaugeDescription>>

export type GaugeName = keyof typeof gauges

/** All metrics of a process as plain data, which processes can send each other. */
export type MetricsSnapshot = readonly object[]

/** Metrics that are discarded. */
export const noMetrics: Metrics & Gauges = {
  count: () => undefined,
  observe: () => undefined,
  set: () => undefined,
  watch: () => undefined,
}

/** All metrics in the text format of Prometheus. */
export interface MetricsReport {
  read(): Promise<MetricsText>
}

export interface MetricsText {
  readonly contentType: string
  readonly body: string
}

/** The metrics of one process. */
export interface ProcessMetrics extends MetricsReport {
  snapshot(): Promise<MetricsSnapshot>
}

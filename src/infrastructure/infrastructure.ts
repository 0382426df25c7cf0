import type { PoolConnections } from '../adapters/prisma/database.ts'
import type { GatheredAlerts } from '../domain/alerts/alert.ts'
import type { AlertSink } from '../domain/alerts/alert-sink.ts'
import type { AttemptStore } from '../domain/attempts/attempt-store.ts'
import type { ArchiveFolder } from '../domain/audit/archive-folder.ts'
import type { AuditArchiveStore } from '../domain/audit/audit-archive-store.ts'
import type { TotpAlgorithm } from '../domain/factors/totp.ts'
import type { WebauthnVerifier } from '../domain/factors/webauthn-verifier.ts'
import type { Sealer } from '../domain/keys/sealer.ts'
import type { SigningKeyStore } from '../domain/keys/signing-key-store.ts'
import type { MailTransport } from '../domain/mail/mail-transport.ts'
import type { Mailbox } from '../domain/mail/mailbox.ts'
import type { TextTransport } from '../domain/mail/text-transport.ts'
import type { EdgeNonces } from '../domain/origin/edge-nonces.ts'
import type { BreachChecker } from '../domain/passwords/breach-checker.ts'
import type { PasswordHasher } from '../domain/passwords/password-hasher.ts'
import type { PasswordScorer } from '../domain/passwords/password-scorer.ts'
import type { RateLimiter } from '../domain/rate-limits/rate-limiter.ts'
import type { GeoLocator } from '../domain/risk/geo-locator.ts'
import type { SessionChannel } from '../domain/sessions/session-channel.ts'
import type { TenantStore } from '../domain/tenants/tenant-store.ts'
import type { RevocationChannel } from '../domain/tokens/revocation-channel.ts'
import type { Stores, Transaction } from '../domain/transaction.ts'
import type { UserChanges } from '../domain/users/user-changes.ts'
import type { JobLeases } from '../lib/concurrency/job-leases.ts'
import type { JobRuns } from '../lib/concurrency/job-runs.ts'
import type { Ids } from '../lib/ids/ids.ts'
import type { Dependencies } from '../lib/observation/dependencies.ts'
import type { HealthCheck } from '../lib/observation/health-checks.ts'
import type { Logger } from '../lib/observation/logger.ts'
import type { Gauges, Metrics, ProcessMetrics } from '../lib/observation/metrics.ts'
import type { Tracer } from '../lib/observation/tracer.ts'
import type { Clock } from '../lib/time/clock.ts'

/** Everything outside of the process and everything that is not pure, open and ready to use. */
export interface Infrastructure {
  readonly clock: Clock
  readonly ids: Ids
  readonly logger: Logger
  readonly stores: Stores
  readonly tenants: TenantStore
  readonly signingKeys: SigningKeyStore
  readonly transaction: Transaction
  readonly hasher: PasswordHasher
  readonly passwordScorer: PasswordScorer
  readonly webauthn: WebauthnVerifier
  /** Null: passwords are not compared with a breach list. */
  readonly breachChecker: BreachChecker | null
  readonly jobLeases: JobLeases
  readonly jobRuns: JobRuns
  readonly auditArchives: AuditArchiveStore
  /** Null: audit events are not archived. */
  readonly archiveFolder: ArchiveFolder | null
  readonly sealer: Sealer
  readonly totp: TotpAlgorithm
  readonly revocationChannel: RevocationChannel
  readonly sessionChannel: SessionChannel
  readonly userChanges: UserChanges
  /** Nonces of gateway signatures. */
  readonly edgeNonces: EdgeNonces
  readonly rateLimiter: RateLimiter
  readonly attempts: AttemptStore
  readonly metrics: Metrics
  readonly gauges: Gauges
  /** Null: metrics are off, and nothing is counted. */
  readonly metricsReport: ProcessMetrics | null
  /** Null: nothing is traced. */
  readonly tracer: Tracer | null
  /** Null: the location of addresses is unknown. */
  readonly geo: GeoLocator | null
  readonly alerts: GatheredAlerts
  /** Null: no webhook is configured. */
  readonly alertWebhook: AlertSink | null
  /** Null: mail is off. */
  readonly mailTransport: MailTransport | null
  /** Null: no text messages are sent. */
  readonly textTransport: TextTransport | null
  /** The mails that mailTransport keeps instead of sending them. Null if it sends them. */
  readonly mailbox: Mailbox | null
  /** Null: the embedded database. */
  databaseConnections(): PoolConnections | null
  readonly healthChecks: readonly HealthCheck[]
  readonly dependencies: Dependencies
  /** Whether an error says that a store is unavailable at present. */
  isUnavailable(error: unknown): boolean
}

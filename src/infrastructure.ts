import { openAlerts } from './adapters/alerts/open-alerts.ts'
import { FileArchiveFolder } from './adapters/archive/file-archive-folder.ts'
import { ListBreachChecker } from './adapters/breach/list-breach-checker.ts'
import { RangeBreachChecker } from './adapters/breach/range-breach-checker.ts'
import { AesSealer } from './adapters/crypto/aes-sealer.ts'
import { Argon2PasswordHasher } from './adapters/crypto/argon2-password-hasher.ts'
import { ScryptPassphraseSealer } from './adapters/crypto/scrypt-passphrase-sealer.ts'
import { ZxcvbnPasswordScorer } from './adapters/crypto/zxcvbn-password-scorer.ts'
import { openAttempts, openRateLimiter } from './adapters/failover/open-counters.ts'
import { MaxmindGeoLocator } from './adapters/geo/maxmind-geo-locator.ts'
import { MailboxMailTransport } from './adapters/mail/mailbox-mail-transport.ts'
import { SendgridMailTransport } from './adapters/mail/sendgrid-mail-transport.ts'
import { SmtpMailTransport } from './adapters/mail/smtp-mail-transport.ts'
import { MemoryEdgeNonces } from './adapters/memory/memory-edge-nonces.ts'
import { MemoryRevocationChannel } from './adapters/memory/memory-revocation-channel.ts'
import { MemorySessionChannel } from './adapters/memory/memory-session-channel.ts'
import type { Database } from './adapters/prisma/database.ts'
import { assertMigrated, assertReachable } from './adapters/prisma/database-checks.ts'
import { isUnavailable } from './adapters/prisma/database-errors.ts'
import { openEmbeddedDatabase } from './adapters/prisma/embedded-database.ts'
import { openPostgresDatabase } from './adapters/prisma/postgres-database.ts'
import { PrismaAuditArchiveStore } from './adapters/prisma/prisma-audit-archive-store.ts'
import { PrismaJobLeases } from './adapters/prisma/prisma-job-leases.ts'
import { PrismaPersonExport } from './adapters/prisma/prisma-person-export.ts'
import { PrismaSigningKeyStore } from './adapters/prisma/prisma-signing-key-store.ts'
import { createStores, createTransaction } from './adapters/prisma/prisma-stores.ts'
import { PrismaTenantStore } from './adapters/prisma/prisma-tenant-store.ts'
import { PrismaUserDirectoryStore } from './adapters/prisma/prisma-user-directory-store.ts'
import { openRedis, pingRedis } from './adapters/redis/redis-client.ts'
import { RedisEdgeNonces } from './adapters/redis/redis-edge-nonces.ts'
import { RedisRevocationChannel } from './adapters/redis/redis-revocation-channel.ts'
import { RedisSessionChannel } from './adapters/redis/redis-session-channel.ts'
import { createPinoLogger } from './adapters/telemetry/pino-logger.ts'
import { PrometheusMetrics } from './adapters/telemetry/prometheus-metrics.ts'
import type { Config } from './config/config.ts'
import type { GatheredAlerts } from './domain/alerts/alert.ts'
import type { AlertSink } from './domain/alerts/alert-sink.ts'
import type { AttemptStore } from './domain/attempts/attempt-store.ts'
import type { ArchiveFolder } from './domain/audit/archive-folder.ts'
import type { AuditArchiveStore } from './domain/audit/audit-archive-store.ts'
import { type AuditRecorder, createAuditRecorder } from './domain/audit/audit-recorder.ts'
import type { Sealer } from './domain/keys/sealer.ts'
import type { SigningKeyStore } from './domain/keys/signing-key-store.ts'
import type { MailTransport } from './domain/mail/mail-transport.ts'
import type { Mailbox } from './domain/mail/mailbox.ts'
import type { EdgeNonces } from './domain/origin/edge-nonces.ts'
import type { BreachChecker } from './domain/passwords/breach-checker.ts'
import type { PasswordHasher } from './domain/passwords/password-hasher.ts'
import type { PasswordScorer } from './domain/passwords/password-scorer.ts'
import type { RateLimiter } from './domain/rate-limits/rate-limiter.ts'
import { UnavailableError } from './domain/refusals.ts'
import type { GeoLocator } from './domain/risk/geo-locator.ts'
import type { SessionChannel } from './domain/sessions/session-channel.ts'
import type { TenantStore } from './domain/tenants/tenant-store.ts'
import type { RevocationChannel } from './domain/tokens/revocation-channel.ts'
import type { Stores, Transaction } from './domain/transaction.ts'
import type { PersonExport } from './domain/users/person-export.ts'
import type { UserDirectoryStore } from './domain/users/user-directory-store.ts'
import { type Clock, systemClock } from './lib/clock.ts'
import type { Closer } from './lib/closer.ts'
import { createIds, type Ids } from './lib/ids.ts'
import type { JobLeases } from './lib/job-leases.ts'
import type { Logger } from './lib/logger.ts'
import { type Gauges, type Metrics, type MetricsReport, noMetrics } from './lib/metrics.ts'
import type { ReadinessCheck } from './lib/readiness.ts'

/** Everything outside of the process and everything that is not pure, opened. */
export interface Infrastructure {
  readonly clock: Clock
  readonly ids: Ids
  readonly logger: Logger
  readonly stores: Stores
  readonly tenants: TenantStore
  readonly directory: UserDirectoryStore
  readonly signingKeys: SigningKeyStore
  readonly transaction: Transaction
  readonly hasher: PasswordHasher
  readonly passwordScorer: PasswordScorer
  /** Null: no list of breached passwords is asked. */
  readonly breachChecker: BreachChecker | null
  readonly jobLeases: JobLeases
  readonly auditArchives: AuditArchiveStore
  /** Null: audit events are not archived. */
  readonly archiveFolder: ArchiveFolder | null
  readonly sealer: Sealer
  readonly revocationChannel: RevocationChannel
  readonly sessionChannel: SessionChannel
  /** Of the signatures of gateways. */
  readonly edgeNonces: EdgeNonces
  readonly rateLimiter: RateLimiter
  readonly attempts: AttemptStore
  readonly metrics: Metrics
  readonly gauges: Gauges
  /** Null: nobody may read them, and nothing is counted. */
  readonly metricsReport: MetricsReport | null
  /** Null: no database of addresses is asked. */
  readonly geo: GeoLocator | null
  readonly alerts: GatheredAlerts
  /** Null: there is none. */
  readonly alertWebhook: AlertSink | null
  /** Null: mail is off. */
  readonly mailTransport: MailTransport | null
  /** What mailTransport keeps instead of sending it; null where it sends. */
  readonly mailbox: Mailbox | null
  readonly readiness: readonly ReadinessCheck[]
  /** Recognises what a store throws when it cannot be asked right now. */
  isUnavailable(error: unknown): boolean
}

/** The folder of archived audit events; touched when it is used. */
export function openArchiveFolder(folder: string): ArchiveFolder {
  return new FileArchiveFolder(folder)
}

/** The log of this process, on standard output. */
export function openLogger(config: Config): Logger {
  return createPinoLogger(config.log)
}

/** Opens what the configuration names; `closer` closes it in reverse. */
export async function openInfrastructure(
  config: Config,
  logger: Logger,
  closer: Closer,
): Promise<Infrastructure> {
  const database = await openDatabase(config, logger)
  closer.add('database', () => database.close())
  await assertReachable(database)
  if (config.database.migrateOnStart) {
    const applied = await database.migrate()
    if (applied.length > 0) logger.info({ applied }, 'migrations applied')
  }
  await assertMigrated(database)
  const hasher = new Argon2PasswordHasher(config.hashing, config.secrets.passwordPepper, logger)
  await hasher.prepare()
  const infrastructure = assemble(config, database, hasher, logger, closer)
  await infrastructure.breachChecker?.prepare?.()
  return infrastructure
}

/** Opens the database that the configuration names: the one in the data folder, or a server. */
export function openDatabase(
  config: Pick<Config, 'database' | 'dataDir'>,
  logger: Logger,
): Promise<Database> | Database {
  const { url, directUrl, poolMin, poolMax } = config.database
  if (url === null) return openEmbeddedDatabase({ folder: `${config.dataDir}/database`, logger })
  const direct = directUrl ?? url
  return openPostgresDatabase({ url: url.reveal(), directUrl: direct.reveal(), poolMin, poolMax, logger })
}

/** What a command of an operator works with. */
export interface OpenStores extends Omit<Stores, 'audit'> {
  readonly transaction: Transaction
  readonly audit: AuditRecorder
  readonly tenants: TenantStore
  readonly personExport: PersonExport
  readonly auditArchives: AuditArchiveStore
  readonly clock: Clock
  readonly ids: Ids
}

/** The stores around an open database. */
export function openStores(database: Database): OpenStores {
  const ids = createIds(systemClock)
  return {
    ...createStores(database.client),
    transaction: createTransaction(database.client),
    audit: createAuditRecorder({ clock: systemClock, ids }),
    tenants: new PrismaTenantStore(database.client),
    personExport: new PrismaPersonExport(database.client),
    auditArchives: new PrismaAuditArchiveStore(database.client),
    clock: systemClock,
    ids,
  }
}

/** What a command about signing keys works with. */
export function openKeys(config: Pick<Config, 'secrets'>, database: Database) {
  return {
    signingKeys: new PrismaSigningKeyStore(database.client),
    sealer: new AesSealer(config.secrets.masterKey, config.secrets.previousMasterKey),
    passphraseSealer: new ScryptPassphraseSealer(),
    clock: systemClock,
  }
}

/** The same around a database that is already open; tests begin here. */
export function assemble(
  config: Config,
  database: Database,
  hasher: PasswordHasher,
  logger: Logger,
  closer: Closer,
  clock: Clock = systemClock,
): Infrastructure {
  const volatile = openVolatile(config, logger, closer)
  const mail = openMail(config.mail, clock)
  closer.add('mail', async () => mail.mailTransport?.close())
  const ids = createIds(clock)
  const stores = createStores(database.client)
  const measures = openMetrics(config)
  const { metrics } = measures
  const alertDeps = { store: stores.alerts, clock, ids, logger, metrics }
  const { alerts, alertWebhook } = openAlerts(config.protection.alerts, alertDeps)
  const counterParts = { clock, logger, metrics, alerts, closer }
  const passwordScorer = new ZxcvbnPasswordScorer(logger)
  closer.add('password scorer', () => passwordScorer.close())
  return {
    clock,
    ids,
    logger,
    stores,
    tenants: new PrismaTenantStore(database.client),
    directory: new PrismaUserDirectoryStore(database.client),
    signingKeys: new PrismaSigningKeyStore(database.client),
    transaction: createTransaction(database.client),
    hasher,
    passwordScorer,
    breachChecker: openBreachChecker(config, clock, logger, closer),
    jobLeases: new PrismaJobLeases(database.client),
    auditArchives: new PrismaAuditArchiveStore(database.client),
    archiveFolder: config.audit.archiveDir === null ? null : openArchiveFolder(config.audit.archiveDir),
    sealer: new AesSealer(config.secrets.masterKey, config.secrets.previousMasterKey),
    revocationChannel: volatile.revocationChannel,
    sessionChannel: volatile.sessionChannel,
    edgeNonces: openEdgeNonces(config, clock, logger, closer),
    rateLimiter: openRateLimiter(config, counterParts),
    attempts: openAttempts(config, counterParts),
    geo: config.protection.geo === null ? null : MaxmindGeoLocator.open(config.protection.geo.database),
    ...measures,
    alerts,
    alertWebhook,
    ...mail,
    readiness: [...databaseChecks(database), ...volatile.readiness],
    isUnavailable: (error) => error instanceof UnavailableError || isUnavailable(error),
  }
}

function databaseChecks(database: Database): ReadinessCheck[] {
  return [
    { name: 'database', check: () => database.ping() },
    { name: 'migrations', check: () => assertMigrated(database) },
  ]
}

function openBreachChecker(
  { passwords: { breaches } }: Config,
  clock: Clock,
  logger: Logger,
  closer: Closer,
): BreachChecker | null {
  if (breaches === null) return null
  if (breaches.source === 'api') return new RangeBreachChecker({ baseUrl: breaches.baseUrl, clock, logger })
  const list = new ListBreachChecker(breaches.path, logger)
  closer.add('breach list', () => list.close())
  return list
}

function openMetrics({ metricsToken }: Config): Pick<Infrastructure, 'metrics' | 'gauges' | 'metricsReport'> {
  if (metricsToken === null) return { metrics: noMetrics, gauges: noMetrics, metricsReport: null }
  const metrics = new PrometheusMetrics()
  return { metrics, gauges: metrics, metricsReport: metrics }
}

function openMail(mail: Config['mail'], clock: Clock): Pick<Infrastructure, 'mailTransport' | 'mailbox'> {
  if (mail === null) return { mailTransport: null, mailbox: null }
  if (mail.transport === 'smtp') return { mailTransport: new SmtpMailTransport(mail), mailbox: null }
  if (mail.transport === 'sendgrid') return { mailTransport: new SendgridMailTransport(mail), mailbox: null }
  const mailbox = new MailboxMailTransport(clock)
  return { mailTransport: mailbox, mailbox }
}

function openVolatile(config: Config, logger: Logger, closer: Closer) {
  if (config.redis === null)
    return {
      revocationChannel: new MemoryRevocationChannel(),
      sessionChannel: new MemorySessionChannel(),
      readiness: [],
    }
  const publisher = openRedis(config.redis.url, 'commands', logger)
  const subscriber = openRedis(config.redis.url, 'subscriber', logger)
  closer.add('redis', async () => {
    publisher.disconnect()
    subscriber.disconnect()
  })
  return {
    revocationChannel: new RedisRevocationChannel({ publisher, subscriber, logger }),
    sessionChannel: new RedisSessionChannel({ publisher, subscriber, logger }),
    readiness: [{ name: 'redis', check: () => pingRedis(publisher) }],
  }
}

/** Only where gateways sign is there something to share. */
function openEdgeNonces(config: Config, clock: Clock, logger: Logger, closer: Closer): EdgeNonces {
  if (config.redis === null || config.gateway.secrets === null) return new MemoryEdgeNonces({ clock })
  const redis = openRedis(config.redis.url, 'edge', logger, { gathers: true })
  closer.add('redis edge', async () => redis.disconnect())
  return new RedisEdgeNonces(redis)
}

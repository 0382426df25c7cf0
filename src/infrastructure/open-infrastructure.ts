import { openAlerts } from '../adapters/alerts/open-alerts.ts'
import { FileArchiveFolder } from '../adapters/archive/file-archive-folder.ts'
import { ListBreachChecker } from '../adapters/breach/list-breach-checker.ts'
import { RangeBreachChecker } from '../adapters/breach/range-breach-checker.ts'
import { AesSealer } from '../adapters/crypto/aes-sealer.ts'
import { Argon2PasswordHasher } from '../adapters/crypto/argon2-password-hasher.ts'
import { ZxcvbnPasswordScorer } from '../adapters/crypto/zxcvbn-password-scorer.ts'
import { openAttempts, openRateLimiter } from '../adapters/failover/open-counters.ts'
import { MaxmindGeoLocator } from '../adapters/geo/maxmind-geo-locator.ts'
import { MailboxMailTransport } from '../adapters/mail/mailbox-mail-transport.ts'
import { SendgridMailTransport } from '../adapters/mail/sendgrid-mail-transport.ts'
import { SmtpMailTransport } from '../adapters/mail/smtp-mail-transport.ts'
import { MemoryEdgeNonces } from '../adapters/memory/memory-edge-nonces.ts'
import { MemoryRevocationChannel } from '../adapters/memory/memory-revocation-channel.ts'
import { MemorySessionChannel } from '../adapters/memory/memory-session-channel.ts'
import type { Database } from '../adapters/prisma/database.ts'
import { assertMigrated, assertReachable } from '../adapters/prisma/database-checks.ts'
import { isUnavailable } from '../adapters/prisma/database-errors.ts'
import { openEmbeddedDatabase } from '../adapters/prisma/embedded/embedded-database.ts'
import type { AddressReport } from '../adapters/prisma/migrations/normalise-addresses.ts'
import { openPostgresDatabase } from '../adapters/prisma/server/postgres-database.ts'
import { PrismaAuditArchiveStore } from '../adapters/prisma/stores/prisma-audit-archive-store.ts'
import { PrismaJobLeases } from '../adapters/prisma/stores/prisma-job-leases.ts'
import { PrismaSigningKeyStore } from '../adapters/prisma/stores/prisma-signing-key-store.ts'
import { createStores, createTransaction } from '../adapters/prisma/stores/prisma-stores.ts'
import { PrismaTenantStore } from '../adapters/prisma/stores/prisma-tenant-store.ts'
import { openRedis, pingRedis } from '../adapters/redis/redis-client.ts'
import { RedisEdgeNonces } from '../adapters/redis/redis-edge-nonces.ts'
import { RedisRevocationChannel } from '../adapters/redis/redis-revocation-channel.ts'
import { RedisSessionChannel } from '../adapters/redis/redis-session-channel.ts'
import { createPinoLogger } from '../adapters/telemetry/pino-logger.ts'
import { PrometheusMetrics } from '../adapters/telemetry/prometheus-metrics.ts'
import type { Config } from '../config/config.ts'
import type { EdgeNonces } from '../domain/origin/edge-nonces.ts'
import type { BreachChecker } from '../domain/passwords/breach-checker.ts'
import type { PasswordHasher } from '../domain/passwords/password-hasher.ts'
import { UnavailableError } from '../domain/refusals.ts'
import { type Clock, systemClock } from '../lib/clock.ts'
import type { Closer } from '../lib/closer.ts'
import { createIds } from '../lib/ids.ts'
import type { Logger } from '../lib/logger.ts'
import { noMetrics } from '../lib/metrics.ts'
import type { ReadinessCheck } from '../lib/readiness.ts'
import type { Infrastructure } from './infrastructure.ts'

/** Opens the log of this process, on standard output. */
export function openLogger(config: Config): Logger {
  return createPinoLogger(config.log)
}

/** Opens everything that the configuration names. `closer` closes it in reverse order. */
export async function openInfrastructure(
  config: Config,
  logger: Logger,
  closer: Closer,
): Promise<Infrastructure> {
  const database = await openDatabase(config, logger)
  closer.add('database', () => database.close())
  await assertReachable(database)
  await database.assertSuitable()
  if (config.database.migrateOnStart) {
    const applied = await database.migrate()
    if (applied.length > 0) {
      logger.info({ applied }, 'migrations applied')
      reportAddresses(logger, await database.normaliseAddresses())
    }
  }
  await assertMigrated(database)
  const hasher = new Argon2PasswordHasher(config.hashing, config.secrets.passwordPepper, logger)
  await hasher.prepare()
  const infrastructure = assemble(config, database, hasher, logger, closer)
  await infrastructure.breachChecker?.prepare?.()
  return infrastructure
}

function reportAddresses(logger: Logger, { changed, collisions, invalid }: AddressReport): void {
  if (changed > 0) logger.info({ changed }, 'domains of addresses normalised')
  if (collisions.length + invalid.length > 0)
    logger.warn({ collisions, invalid }, 'addresses of accounts cannot be normalised: see docs/operation.md')
}

/** Opens the configured database: a PostgreSQL server, or the embedded database in the data folder. */
export function openDatabase(
  config: Pick<Config, 'database' | 'dataDir'>,
  logger: Logger,
): Promise<Database> | Database {
  const { url, directUrl, poolMin, poolMax } = config.database
  if (url === null) return openEmbeddedDatabase({ folder: `${config.dataDir}/database`, logger })
  const direct = directUrl ?? url
  return openPostgresDatabase({ url: url.reveal(), directUrl: direct.reveal(), poolMin, poolMax, logger })
}

/** Opens the rest around an open database. Tests use it with their own database. */
export function assemble(
  config: Config,
  database: Database,
  hasher: PasswordHasher,
  logger: Logger,
  closer: Closer,
  clock: Clock = systemClock,
): Infrastructure {
  const channels = openChannels(config, logger, closer)
  const mail = openMail(config.mail, clock)
  closer.add('mail', async () => mail.mailTransport?.close())
  const ids = createIds(clock)
  const stores = createStores(database.client)
  const metricPorts = openMetrics(config)
  const { metrics } = metricPorts
  const alertDeps = { store: stores.alerts, clock, ids, logger, metrics }
  const { alerts, alertWebhook } = openAlerts(config.protection.alerts, alertDeps)
  const counterDeps = { clock, logger, metrics, alerts, closer }
  const passwordScorer = new ZxcvbnPasswordScorer(logger)
  closer.add('password scorer', () => passwordScorer.close())
  return {
    clock,
    ids,
    logger,
    stores,
    tenants: new PrismaTenantStore(database.client),
    signingKeys: new PrismaSigningKeyStore(database.client),
    transaction: createTransaction(database.client),
    hasher,
    passwordScorer,
    breachChecker: openBreachChecker(config, clock, logger, closer),
    jobLeases: new PrismaJobLeases(database.client),
    auditArchives: new PrismaAuditArchiveStore(database.client),
    archiveFolder: config.audit.archiveDir === null ? null : new FileArchiveFolder(config.audit.archiveDir),
    sealer: new AesSealer(config.secrets.masterKey, config.secrets.previousMasterKey),
    revocationChannel: channels.revocationChannel,
    sessionChannel: channels.sessionChannel,
    edgeNonces: openEdgeNonces(config, clock, logger, closer),
    rateLimiter: openRateLimiter(config, counterDeps),
    attempts: openAttempts(config, counterDeps),
    geo: config.protection.geo === null ? null : MaxmindGeoLocator.open(config.protection.geo.database),
    ...metricPorts,
    alerts,
    alertWebhook,
    ...mail,
    readiness: [...databaseChecks(database), ...channels.readiness],
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

function openChannels(config: Config, logger: Logger, closer: Closer) {
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

/** In Redis only if gateways sign their requests: otherwise processes have no nonces to share. */
function openEdgeNonces(config: Config, clock: Clock, logger: Logger, closer: Closer): EdgeNonces {
  if (config.redis === null || config.gateway.secrets === null) return new MemoryEdgeNonces({ clock })
  const redis = openRedis(config.redis.url, 'edge', logger, { autoPipelining: true })
  closer.add('redis edge', async () => redis.disconnect())
  return new RedisEdgeNonces(redis)
}

import { openAlerts } from '../adapters/alerts/open-alerts.ts'
import { ListBreachChecker } from '../adapters/breach/list-breach-checker.ts'
import { RangeBreachChecker } from '../adapters/breach/range-breach-checker.ts'
import { AesSealer } from '../adapters/crypto/aes-sealer.ts'
import { ZxcvbnPasswordScorer } from '../adapters/crypto/zxcvbn-password-scorer.ts'
import {
  createDependencyBreaker,
  type DependencyBreakerDeps,
} from '../adapters/failover/dependency-breaker.ts'
import { type CounterParts, openAttempts, openRateLimiter } from '../adapters/failover/open-counters.ts'
import { MaxmindGeoLocator } from '../adapters/geo/maxmind-geo-locator.ts'
import { MemoryEdgeNonces } from '../adapters/memory/memory-edge-nonces.ts'
import { MemoryRevocationChannel } from '../adapters/memory/memory-revocation-channel.ts'
import { MemorySessionChannel } from '../adapters/memory/memory-session-channel.ts'
import { MemoryUserChanges } from '../adapters/memory/memory-user-changes.ts'
import { createDirectTrail, noTrail } from '../adapters/prisma/audit-trail.ts'
import type { Database } from '../adapters/prisma/database.ts'
import { assertMigrated, assertReachable } from '../adapters/prisma/database-checks.ts'
import { isUnavailable } from '../adapters/prisma/database-errors.ts'
import type { AddressReport } from '../adapters/prisma/migrations/normalise-addresses.ts'
import { openPostgresDatabase } from '../adapters/prisma/server/postgres-database.ts'
import type { PostgresLimits } from '../adapters/prisma/server/postgres-options.ts'
import { PrismaAuditArchiveStore } from '../adapters/prisma/stores/audit/prisma-audit-archive-store.ts'
import { PrismaJobLeases } from '../adapters/prisma/stores/prisma-job-leases.ts'
import { PrismaJobRuns } from '../adapters/prisma/stores/prisma-job-runs.ts'
import { createStores, createTransaction } from '../adapters/prisma/stores/prisma-stores.ts'
import { PrismaTenantStore } from '../adapters/prisma/stores/prisma-tenant-store.ts'
import { type ReportChanges, reportingStores } from '../adapters/prisma/stores/reporting-stores.ts'
import { PrismaSigningKeyStore } from '../adapters/prisma/stores/tokens/prisma-signing-key-store.ts'
import {
  assertRedis,
  checkRedis,
  closeConnections,
  openCheckConnections,
} from '../adapters/redis/redis-check.ts'
import { openRedis, openSubscriber } from '../adapters/redis/redis-client.ts'
import { RedisEdgeNonces } from '../adapters/redis/redis-edge-nonces.ts'
import { RedisRevocationChannel } from '../adapters/redis/redis-revocation-channel.ts'
import { RedisSessionChannel } from '../adapters/redis/redis-session-channel.ts'
import { RedisUserChanges } from '../adapters/redis/redis-user-changes.ts'
import { countSessions } from '../adapters/telemetry/counted-sessions.ts'
import { measureHasher } from '../adapters/telemetry/measured-hasher.ts'
import { openTexts } from '../adapters/texts/open-texts.ts'
import { OtpauthTotp } from '../adapters/totp/otpauth-totp.ts'
import { SimplewebauthnVerifier } from '../adapters/webauthn/simplewebauthn-verifier.ts'
import type { Config } from '../config/config.ts'
import { foreignPasskeysWarning } from '../config/config-warnings.ts'
import { createAuditLog } from '../domain/audit/audit-log.ts'
import type { EdgeNonces } from '../domain/origin/edge-nonces.ts'
import type { BreachChecker } from '../domain/passwords/breach-checker.ts'
import type { PasswordHasher } from '../domain/passwords/password-hasher.ts'
import { UnavailableError } from '../domain/refusals.ts'
import type { Closer } from '../lib/concurrency/closer.ts'
import { createIds } from '../lib/ids/ids.ts'
import { Dependencies } from '../lib/observation/dependencies.ts'
import type { HealthCheck } from '../lib/observation/health-checks.ts'
import type { Logger } from '../lib/observation/logger.ts'
import type { Timings } from '../lib/observation/timings.ts'
import { type Clock, systemClock } from '../lib/time/clock.ts'
import { describeAddresses } from './address-report.ts'
import type { Infrastructure } from './infrastructure.ts'
import { openArchive } from './open-archive.ts'
import { openMail } from './open-mail.ts'
import { type Observation, openObservation } from './open-observation.ts'
import { openPasswordHasher } from './open-password-hasher.ts'
import { openSigningKeys } from './open-signing-keys.ts'
import { StartWait } from './start-wait.ts'

/** Opens everything that the configuration names. `closer` closes it in reverse order. */
export async function openInfrastructure(
  config: Config,
  logger: Logger,
  closer: Closer,
): Promise<Infrastructure> {
  const observation = await openObservation(config)
  const { timings } = observation
  const database = await openDatabase(config, logger, { timings })
  closer.add('database', () => database.close())
  const wait = new StartWait(config.server.startWaitSeconds, { logger, clock: systemClock })
  await wait.for({ name: 'database', check: () => assertReachable(database) })
  await waitForRedis(config, logger, wait)
  await database.assertSuitable()
  if (config.database.migrateOnStart) {
    const applied = await database.migrate()
    if (applied.length > 0) logger.info({ applied }, 'migrations applied')
    // Also without a new migration: an earlier start may have ended between the two.
    if (!(await database.areAddressesNormalised()))
      reportAddresses(logger, await database.normaliseAddresses())
  }
  await assertMigrated(database)
  await database.openConnections()
  await reportForeignPasskeys(config, database, logger)
  const hasher = await openPasswordHasher(config, logger, closer, timings)
  const infrastructure = await assemble(config, database, hasher, logger, closer, systemClock, observation)
  await infrastructure.breachChecker?.prepare?.()
  return infrastructure
}

/** On connections of its own: the others are opened when everything that they serve is. */
async function waitForRedis({ redis: settings }: Config, logger: Logger, wait: StartWait): Promise<void> {
  if (settings === null) return
  const connections = openCheckConnections(settings, logger)
  try {
    await wait.for({ name: 'redis', check: () => assertRedis(connections) })
  } finally {
    closeConnections(connections)
  }
}

async function reportForeignPasskeys(
  { webauthn }: Config,
  { client }: Database,
  logger: Logger,
): Promise<void> {
  const foreign = await createStores(client).passkeys.countOther(webauthn.id)
  const warning = foreignPasskeysWarning(webauthn.id, foreign)
  if (warning !== null) logger.warn({ foreign }, warning)
}

function reportAddresses(logger: Logger, report: AddressReport): void {
  const { done, problems } = describeAddresses(report)
  if (done !== null) logger.info({}, done)
  if (problems.length > 0)
    logger.warn({ problems }, 'addresses of accounts cannot be normalised: see docs/operation.md')
}

/** The folder of the embedded database; null if a server is configured. */
export function embeddedFolder({ database, dataDir }: Pick<Config, 'database' | 'dataDir'>): string | null {
  return database.url === null ? `${dataDir}/database` : null
}

/** Opens the configured database: a PostgreSQL server, or the embedded database in the data folder. */
export async function openDatabase(
  config: Pick<Config, 'database' | 'dataDir'>,
  logger: Logger,
  { limits, timings = null }: { limits?: PostgresLimits; timings?: Timings | null } = {},
): Promise<Database> {
  const { url, directUrl, poolMin, poolMax, preparesStatements } = config.database
  if (url === null) {
    const { openEmbeddedDatabase } = await import('../adapters/prisma/embedded/embedded-database.ts')
    return openEmbeddedDatabase({ folder: embeddedFolder(config), logger, timings })
  }
  const direct = directUrl ?? url
  const urls = { url: url.reveal(), directUrl: direct.reveal() }
  return openPostgresDatabase({
    ...urls,
    poolMin,
    poolMax,
    preparesStatements,
    logger,
    timings,
    ...(limits === undefined ? {} : { limits }),
  })
}

/**
 * Opens the rest around an open database. Tests use it with their own database. The code of mail servers and metrics is
 * loaded only if the configuration uses them.
 */
export async function assemble(
  config: Config,
  database: Database,
  hasher: PasswordHasher,
  logger: Logger,
  closer: Closer,
  clock: Clock = systemClock,
  observation?: Observation,
): Promise<Infrastructure> {
  const { observers, timings } = observation ?? (await openObservation(config))
  const channels = openChannels(config, logger, closer, timings)
  const ids = createIds(clock)
  const changed: ReportChanges = (userIds) => channels.userChanges.announce(userIds)
  const auditLog = config.audit.logged ? createAuditLog(logger) : null
  const trail = auditLog === null ? noTrail : createDirectTrail(database.client, auditLog, logger)
  const claimKeys = config.tokens.claims.map(({ key }) => key)
  const opened = createStores(database.client, database.frequent, trail, claimKeys)
  const stores = reportingStores(opened, changed)
  const { metrics, gauges, metricsReport } = observers
  const transaction = createTransaction(database.client, changed, auditLog, claimKeys)
  const counted =
    metricsReport === null ? { stores, transaction } : countSessions({ stores, transaction }, metrics)
  const dependencies = new Dependencies({ logger, gauges })
  const breakerDeps = { clock, dependencies, timings }
  const mail = await openMail(config.mail, clock, breakerDeps)
  closer.add('mail', async () => mail.mailTransport?.close())
  const alertDeps = { store: stores.alerts, clock, ids, logger, metrics, dependencies, timings }
  const { alerts, alertWebhook } = openAlerts(config.protection.alerts, alertDeps)
  const counterDeps = { clock, logger, metrics, alerts, closer, timings }
  const sealer = new AesSealer(config.secrets.masterKey, config.secrets.previousMasterKey)
  const passwordScorer = new ZxcvbnPasswordScorer(logger)
  closer.add('password scorer', () => passwordScorer.close())
  return {
    clock,
    ids,
    logger,
    ...counted,
    tenants: new PrismaTenantStore(database.client),
    signingKeys: openSigningKeys(config, sealer, () => new PrismaSigningKeyStore(database.client, trail)),
    hasher: measureHasher(hasher, metrics),
    databaseConnections: () => database.connections,
    passwordScorer,
    webauthn: new SimplewebauthnVerifier(config.webauthn),
    breachChecker: openBreachChecker(config, breakerDeps, logger, closer),
    jobLeases: new PrismaJobLeases(database.client),
    jobRuns: new PrismaJobRuns(database.client),
    auditArchives: new PrismaAuditArchiveStore(database.client),
    archiveFolder: config.audit.archive === null ? null : openArchive(config.audit.archive, breakerDeps),
    sealer,
    totp: new OtpauthTotp(),
    revocationChannel: channels.revocationChannel,
    sessionChannel: channels.sessionChannel,
    userChanges: channels.userChanges,
    edgeNonces: openEdgeNonces(config, { clock, logger, closer, timings }),
    rateLimiter: openRateLimiter(config, counterDeps),
    attempts: openAttempts(config, counterDeps),
    geo: config.protection.geo === null ? null : MaxmindGeoLocator.open(config.protection.geo.database),
    ...observers,
    alerts,
    alertWebhook,
    ...mail,
    textTransport: openTexts(config, mail.mailbox, breakerDeps),
    healthChecks: [
      ...databaseChecks(database),
      ...channels.healthChecks,
      // A process is not ready before the first password of a registration can be scored at once.
      { name: 'password_scorer', required: true, startsDown: true, check: () => passwordScorer.loaded() },
    ],
    dependencies,
    isUnavailable: (error) => error instanceof UnavailableError || isUnavailable(error),
  }
}

function databaseChecks(database: Database): HealthCheck[] {
  return [
    { name: 'database', required: true, check: () => database.ping() },
    { name: 'migrations', required: true, check: () => assertMigrated(database) },
  ]
}

function openBreachChecker(
  { passwords: { breaches } }: Config,
  deps: DependencyBreakerDeps,
  logger: Logger,
  closer: Closer,
): BreachChecker | null {
  if (breaches === null) return null
  if (breaches.source === 'api') {
    const breaker = createDependencyBreaker('breach_list', deps)
    return new RangeBreachChecker({ baseUrl: breaches.baseUrl, breaker })
  }
  const list = new ListBreachChecker(breaches.path, logger)
  closer.add('breach list', () => list.close())
  return list
}

function openChannels(config: Config, logger: Logger, closer: Closer, timings: Timings | null) {
  if (config.redis === null)
    return {
      revocationChannel: new MemoryRevocationChannel(),
      sessionChannel: new MemorySessionChannel(),
      userChanges: new MemoryUserChanges(),
      healthChecks: [],
    }
  // A sign-in publishes three messages, which one write sends. Not in a cluster: if a slot has no owner, ioredis throws from
  // a pipelined command instead of rejecting, and channels expect a rejection.
  const publisher = openRedis(config.redis, 'commands', logger, {
    autoPipelining: config.redis.address.kind !== 'cluster',
    limitedByCaller: false,
    timings,
  })
  const subscriber = openSubscriber(config.redis, 'subscriber', logger)
  closer.add('redis', async () => {
    publisher.disconnect()
    subscriber.disconnect()
  })
  return {
    revocationChannel: new RedisRevocationChannel({ publisher, subscriber, logger }),
    sessionChannel: new RedisSessionChannel({ publisher, subscriber, logger }),
    userChanges: new RedisUserChanges({ publisher, subscriber, logger }),
    // Counters, limits and messages work without it, within this process.
    healthChecks: [
      { name: 'redis', required: false, check: () => checkRedis({ commander: publisher, subscriber }) },
    ],
  }
}

/** In Redis only if gateways sign their requests: otherwise processes have no nonces to share. */
function openEdgeNonces(
  config: Config,
  { clock, logger, closer, timings }: Pick<CounterParts, 'clock' | 'logger' | 'closer' | 'timings'>,
): EdgeNonces {
  if (config.redis === null || config.gateway.secrets === null) return new MemoryEdgeNonces({ clock })
  const redis = openRedis(config.redis, 'edge', logger, { autoPipelining: true, timings })
  closer.add('redis edge', async () => redis.disconnect())
  return new RedisEdgeNonces(redis, config.redis.timeoutMs)
}

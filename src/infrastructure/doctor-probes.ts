import { existsSync } from 'node:fs'
import { ListBreachChecker } from '../adapters/breach/list-breach-checker.ts'
import { RangeBreachChecker } from '../adapters/breach/range-breach-checker.ts'
import { AesSealer } from '../adapters/crypto/aes-sealer.ts'
import { createDependencyBreaker } from '../adapters/failover/dependency-breaker.ts'
import { SendgridMailTransport } from '../adapters/mail/sendgrid-mail-transport.ts'
import { noTrail } from '../adapters/prisma/audit-trail.ts'
import type { Database } from '../adapters/prisma/database.ts'
import { assertReachable } from '../adapters/prisma/database-checks.ts'
import { type DatabaseFacts, isPooled, readDatabaseFacts } from '../adapters/prisma/database-facts.ts'
import { operatorLimits } from '../adapters/prisma/server/postgres-options.ts'
import { PrismaSigningKeyStore } from '../adapters/prisma/stores/tokens/prisma-signing-key-store.ts'
import { assertRedis, closeConnections, openCheckConnections } from '../adapters/redis/redis-check.ts'
import type { Config } from '../config/config.ts'
import { unusableKeys } from '../domain/keys/key-opening.ts'
import type { StoredSigningKey } from '../domain/keys/signing-key.ts'
import { Dependencies } from '../lib/observation/dependencies.ts'
import { silentLogger } from '../lib/observation/logger.ts'
import { noMetrics } from '../lib/observation/metrics.ts'
import { systemClock } from '../lib/time/clock.ts'
import { embeddedFolder, openDatabase } from './open-infrastructure.ts'
import { openSigningKeys } from './open-signing-keys.ts'

export { type DatabaseFacts, isPooled }

/** Whether there is a database to examine: an embedded one exists after the first start only. */
export function hasDatabase(config: Pick<Config, 'database' | 'dataDir'>): boolean {
  const folder = embeddedFolder(config)
  return folder === null || existsSync(folder)
}

/** The database for `doctor`, with or without migrations. @throws an Error for operators if it cannot be reached */
export async function openDoctorDatabase(config: Pick<Config, 'database' | 'dataDir'>): Promise<Database> {
  const database = await openDatabase(config, silentLogger, { limits: operatorLimits })
  try {
    await assertReachable(database)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

/** What the server reports, and how far its clock is ahead of that of this machine. */
export async function examineDatabase(
  database: Database,
): Promise<DatabaseFacts & { readonly aheadMs: number }> {
  const startedMs = systemClock.now().getTime()
  const facts = await readDatabaseFacts(database.client)
  return { ...facts, aheadMs: aheadOf(facts.now.getTime(), startedMs) }
}

/**
 * How far the clock of Redis is ahead of that of this machine; null = the user may not run TIME, which the service does not require.
 * @throws an Error for operators if Redis cannot be used, or the user lacks rights
 */
export async function examineRedis(
  settings: NonNullable<Config['redis']>,
): Promise<{ readonly aheadMs: number | null }> {
  const connections = openCheckConnections(settings, silentLogger)
  try {
    await assertRedis(connections)
    const startedMs = systemClock.now().getTime()
    const time = await connections.commander.time().catch(() => null)
    if (time === null) return { aheadMs: null }
    return { aheadMs: aheadOf(Number(time[0]) * 1000 + Number(time[1]) / 1000, startedMs) }
  } finally {
    closeConnections(connections)
  }
}

/** The answer is as old as half of the call took. */
function aheadOf(remoteMs: number, startedMs: number): number {
  return remoteMs - (startedMs + systemClock.now().getTime()) / 2
}

/** Connects to the mail server and signs in, or asks the API. Sends nothing. @throws if that fails */
export async function tryMail(mail: NonNullable<Config['mail']>): Promise<void> {
  if (mail.transport === 'sendgrid')
    return new SendgridMailTransport({
      ...mail,
      breaker: createDependencyBreaker('sendgrid', breakerDeps()),
    }).verify()
  if (mail.transport !== 'smtp') return
  const { SmtpMailTransport } = await import('../adapters/mail/smtp-mail-transport.ts')
  const transport = new SmtpMailTransport({
    ...mail,
    breaker: createDependencyBreaker('smtp', breakerDeps()),
  })
  try {
    await transport.verify()
  } finally {
    await transport.close()
  }
}

/** Looks up a password that every list contains. False: the list lacks it. Null: no response. @throws if a file is unusable */
export async function tryBreachList(
  breaches: NonNullable<Config['passwords']['breaches']>,
): Promise<boolean | null> {
  if (breaches.source === 'api') {
    const breaker = createDependencyBreaker('breach_list', breakerDeps())
    return new RangeBreachChecker({ baseUrl: breaches.baseUrl, breaker }).isBreached('password')
  }
  const list = new ListBreachChecker(breaches.path, silentLogger)
  try {
    await list.prepare()
    return await list.isBreached('password')
  } finally {
    await list.close()
  }
}

export interface ExaminedKey {
  readonly key: StoredSigningKey
  /** With which variable it can be decrypted; null = with none. */
  readonly sealedWith: 'MASTER_KEY' | 'MASTER_KEY_PREVIOUS' | null
}

export async function examineKeys(
  config: Pick<Config, 'secrets' | 'keys' | 'tokens'>,
  database: Database,
): Promise<readonly ExaminedKey[]> {
  const { masterKey, previousMasterKey } = config.secrets
  const sealer = new AesSealer(masterKey, previousMasterKey)
  const store = openSigningKeys(config, sealer, () => new PrismaSigningKeyStore(database.client, noTrail))
  const keys = await store.list()
  const lost = await unusableKeys(keys, sealer)
  const old = await unusableKeys(keys, new AesSealer(masterKey, null))
  return keys.map((key) => ({
    key,
    sealedWith: lost.includes(key) ? null : old.includes(key) ? 'MASTER_KEY_PREVIOUS' : 'MASTER_KEY',
  }))
}

function breakerDeps() {
  return {
    clock: systemClock,
    dependencies: new Dependencies({ logger: silentLogger, gauges: noMetrics }),
  }
}

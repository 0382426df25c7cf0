import { AesSealer } from '../adapters/crypto/aes-sealer.ts'
import { ScryptPassphraseSealer } from '../adapters/crypto/scrypt-passphrase-sealer.ts'
import { type AuditTrail, createDirectTrail, noTrail } from '../adapters/prisma/audit-trail.ts'
import type { Database } from '../adapters/prisma/database.ts'
import { assertMigrated, assertReachable } from '../adapters/prisma/database-checks.ts'
import { operatorLimits } from '../adapters/prisma/server/postgres-options.ts'
import { PrismaPersonExport } from '../adapters/prisma/stores/accounts/prisma-person-export.ts'
import { PrismaAuditArchiveStore } from '../adapters/prisma/stores/audit/prisma-audit-archive-store.ts'
import { PrismaJobRuns } from '../adapters/prisma/stores/prisma-job-runs.ts'
import { createStores, createTransaction } from '../adapters/prisma/stores/prisma-stores.ts'
import { PrismaTenantStore } from '../adapters/prisma/stores/prisma-tenant-store.ts'
import { PrismaSigningKeyStore } from '../adapters/prisma/stores/tokens/prisma-signing-key-store.ts'
import { createPinoLogger } from '../adapters/telemetry/pino-logger.ts'
import type { Config } from '../config/config.ts'
import type { ArchiveConfig } from '../config/themes/operations/audit.ts'
import type { ArchiveFolder } from '../domain/audit/archive-folder.ts'
import type { AuditArchiveStore } from '../domain/audit/audit-archive-store.ts'
import { createAuditLog } from '../domain/audit/audit-log.ts'
import { type AuditRecorder, createAuditRecorder } from '../domain/audit/audit-recorder.ts'
import type { Sealer } from '../domain/keys/sealer.ts'
import type { TenantStore } from '../domain/tenants/tenant-store.ts'
import type { Stores, Transaction } from '../domain/transaction.ts'
import type { PersonExport } from '../domain/users/person-export.ts'
import type { JobRuns } from '../lib/concurrency/job-runs.ts'
import { createIds, type Ids } from '../lib/ids/ids.ts'
import { Dependencies } from '../lib/observation/dependencies.ts'
import { type Logger, silentLogger } from '../lib/observation/logger.ts'
import { noMetrics } from '../lib/observation/metrics.ts'
import { type Clock, systemClock } from '../lib/time/clock.ts'
import { openArchive } from './open-archive.ts'
import { openDatabase } from './open-infrastructure.ts'
import { openSigningKeys } from './open-signing-keys.ts'

/** Opens the archive of audit events for a command, which reports failures itself. */
export function openOperatorArchive(archive: ArchiveConfig): ArchiveFolder {
  const dependencies = new Dependencies({ logger: silentLogger, gauges: noMetrics })
  return openArchive(archive, { clock: systemClock, dependencies })
}

/**
 * Opens the database for a command that reads or writes data.
 * @throws an Error for operators if it cannot be reached, is unsuitable, or lacks migrations
 */
export async function openMigratedDatabase(config: Pick<Config, 'database' | 'dataDir'>): Promise<Database> {
  const database = await openDatabase(config, silentLogger, { limits: operatorLimits })
  try {
    await assertReachable(database)
    await database.assertSuitable()
    await assertMigrated(database)
    return database
  } catch (error) {
    await database.close()
    throw error
  }
}

/** Stores and services for commands of an operator. */
export interface OpenStores extends Omit<Stores, 'audit'> {
  readonly transaction: Transaction
  readonly audit: AuditRecorder
  readonly tenants: TenantStore
  readonly personExport: PersonExport
  readonly auditArchives: AuditArchiveStore
  readonly jobRuns: JobRuns
  readonly clock: Clock
  readonly ids: Ids
}

/**
 * Opens the log of a command, if AUDIT_LOG is on: one line for each audit event, as the service writes them. `print` is
 * not the output of the command, which programs read.
 */
export function openOperatorLog(
  { logged }: Pick<Config['audit'], 'logged'>,
  print: (line: string) => void,
): Logger | null {
  if (!logged) return null
  const destination = { write: (line: string) => print(line.trimEnd()) }
  return createPinoLogger({ level: 'info', format: 'json' }, destination)
}

/** The log of a command that runs a part of the service: warnings and failures. */
export function openCommandLogger(print: (line: string) => void): Logger {
  const destination = { write: (line: string) => print(line.trimEnd()) }
  return createPinoLogger({ level: 'warn', format: 'json' }, destination)
}

/** What encrypts secrets in the database. */
export function openSealer({ secrets }: Pick<Config, 'secrets'>): Sealer {
  return new AesSealer(secrets.masterKey, secrets.previousMasterKey)
}

/** Number of passkeys that are not of the present RP id. @throws an Error for operators if the database cannot be read */
export async function countForeignPasskeys(
  config: Pick<Config, 'database' | 'dataDir' | 'webauthn'>,
): Promise<number> {
  const database = await openMigratedDatabase(config)
  try {
    return await createStores(database.client).passkeys.countOther(config.webauthn.id)
  } finally {
    await database.close()
  }
}

/** Opens the stores of an open database. `log`: see openOperatorLog. */
export function openStores(database: Database, log: Logger | null): OpenStores {
  const ids = createIds(systemClock)
  return {
    ...createStores(database.client, database.frequent, openTrail(database, log)),
    transaction: openTransaction(database, log),
    audit: createAuditRecorder({ clock: systemClock, ids }),
    tenants: new PrismaTenantStore(database.client),
    personExport: new PrismaPersonExport(database.client),
    auditArchives: new PrismaAuditArchiveStore(database.client),
    jobRuns: new PrismaJobRuns(database.client),
    clock: systemClock,
    ids,
  }
}

/** Processes learn about revocations of a command by polls alone, and its transaction can last longer than polls look back. */
function openTransaction({ client }: Database, log: Logger | null): Transaction {
  const transaction = createTransaction(client, () => undefined, log === null ? null : createAuditLog(log))
  return (work) =>
    transaction(async (stores) => {
      const result = await work(stores)
      await stores.revocations.postpone()
      return result
    })
}

function openTrail({ client }: Database, log: Logger | null): AuditTrail {
  return log === null ? noTrail : createDirectTrail(client, createAuditLog(log), log)
}

/** Opens what commands about keys, and about what they encrypt, use. `log`: see openOperatorLog. */
export function openKeys(
  config: Pick<Config, 'secrets' | 'keys' | 'tokens'>,
  database: Database,
  log: Logger | null,
) {
  const sealer = openSealer(config)
  const trail = openTrail(database, log)
  return {
    audit: createAuditRecorder({ clock: systemClock, ids: createIds(systemClock) }),
    signingKeys: openSigningKeys(config, sealer, () => new PrismaSigningKeyStore(database.client, trail)),
    totpSecrets: createStores(database.client).totpSecrets,
    sealer,
    passphraseSealer: new ScryptPassphraseSealer(),
    clock: systemClock,
  }
}

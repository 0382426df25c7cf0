import { FileArchiveFolder } from '../adapters/archive/file-archive-folder.ts'
import { AesSealer } from '../adapters/crypto/aes-sealer.ts'
import { ScryptPassphraseSealer } from '../adapters/crypto/scrypt-passphrase-sealer.ts'
import type { Database } from '../adapters/prisma/database.ts'
import { assertMigrated, assertReachable } from '../adapters/prisma/database-checks.ts'
import { PrismaAuditArchiveStore } from '../adapters/prisma/stores/prisma-audit-archive-store.ts'
import { PrismaPersonExport } from '../adapters/prisma/stores/prisma-person-export.ts'
import { PrismaSigningKeyStore } from '../adapters/prisma/stores/prisma-signing-key-store.ts'
import { createStores, createTransaction } from '../adapters/prisma/stores/prisma-stores.ts'
import { PrismaTenantStore } from '../adapters/prisma/stores/prisma-tenant-store.ts'
import type { Config } from '../config/config.ts'
import type { ArchiveFolder } from '../domain/audit/archive-folder.ts'
import type { AuditArchiveStore } from '../domain/audit/audit-archive-store.ts'
import { type AuditRecorder, createAuditRecorder } from '../domain/audit/audit-recorder.ts'
import type { TenantStore } from '../domain/tenants/tenant-store.ts'
import type { Stores, Transaction } from '../domain/transaction.ts'
import type { PersonExport } from '../domain/users/person-export.ts'
import { type Clock, systemClock } from '../lib/clock.ts'
import { createIds, type Ids } from '../lib/ids.ts'
import { silentLogger } from '../lib/logger.ts'
import { openDatabase } from './open-infrastructure.ts'

/** Opens the folder of archived audit events. It is not read or created before it is used. */
export function openArchiveFolder(folder: string): ArchiveFolder {
  return new FileArchiveFolder(folder)
}

/**
 * Opens the database for a command that reads or writes data.
 * @throws an Error for operators if it cannot be reached, is unsuitable, or lacks migrations
 */
export async function openMigratedDatabase(config: Pick<Config, 'database' | 'dataDir'>): Promise<Database> {
  const database = await openDatabase(config, silentLogger)
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
  readonly clock: Clock
  readonly ids: Ids
}

/** Opens the stores of an open database. */
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

/** Opens what commands about signing keys use. */
export function openKeys(config: Pick<Config, 'secrets'>, database: Database) {
  return {
    signingKeys: new PrismaSigningKeyStore(database.client),
    sealer: new AesSealer(config.secrets.masterKey, config.secrets.previousMasterKey),
    passphraseSealer: new ScryptPassphraseSealer(),
    clock: systemClock,
  }
}

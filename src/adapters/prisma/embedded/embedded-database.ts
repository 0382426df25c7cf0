import { mkdir } from 'node:fs/promises'
import type { Logger } from '../../../lib/observation/logger.ts'
import type { Timings } from '../../../lib/observation/timings.ts'
import { PrismaClient } from '../generated/client.ts'
import { measuredAdapter } from '../measured-adapter.ts'
import { MigratedDatabase } from '../migrated-database.ts'
import { applyMigrations } from '../migrations/apply-migrations.ts'
import { type FrequentQueries, unprepared } from '../stores/queries.ts'
import { EmbeddedAdapterFactory } from './embedded-adapter.ts'
import { prepareFolder } from './embedded-folder.ts'
import { EmbeddedPostgres } from './embedded-postgres.ts'
import { claimFolder, type ReleaseFolder } from './folder-claim.ts'

export interface EmbeddedDatabaseOptions {
  /** Data folder, created if it is missing. null = in memory; the data is lost on close. */
  readonly folder: string | null
  /** Initial data: a dump of a data folder (`EmbeddedPostgres.dumpDataDir`). Only for a database in memory. */
  readonly loadDataDir?: Blob
  readonly logger: Logger
  /** Maximum wait for a transaction, and its maximum duration; 5000 ms by default. */
  readonly transactionLimitMs?: number
  /** Measures the statements. Null or absent: they are not measured. */
  readonly timings?: Timings | null
}

/**
 * Opens PostgreSQL inside this process (PGlite). The first start in a folder takes 3–5 s, later ones up to 1 s.
 * There is one connection, so transactions run one after the other.
 * @throws if another process uses the folder.
 */
export async function openEmbeddedDatabase(options: EmbeddedDatabaseOptions): Promise<EmbeddedDatabase> {
  const { folder, loadDataDir, logger, transactionLimitMs = 5_000, timings = null } = options
  const release = folder === null ? null : await claim(folder)
  try {
    if (folder !== null) await prepareFolder(folder)
    const postgres = new EmbeddedPostgres({
      ...(folder === null ? {} : { dataDir: folder }),
      ...(folder !== null || loadDataDir === undefined ? {} : { loadDataDir }),
    })
    await postgres.waitReady
    await postgres.exec(`SET TIME ZONE 'UTC'`)
    logger.debug({ folder }, 'embedded database opened')
    return new EmbeddedDatabase({ postgres, release, transactionLimitMs, timings })
  } catch (error) {
    await release?.()
    throw error
  }
}

async function claim(folder: string): Promise<ReleaseFolder> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return claimFolder(folder)
}

interface EmbeddedDatabaseDeps {
  readonly postgres: EmbeddedPostgres
  readonly release: ReleaseFolder | null
  readonly transactionLimitMs: number
  readonly timings?: Timings | null
}

/** A PostgreSQL inside this process. */
export class EmbeddedDatabase extends MigratedDatabase {
  readonly kind = 'embedded'
  readonly client: PrismaClient
  readonly frequent: FrequentQueries
  readonly postgres: EmbeddedPostgres
  readonly #release: ReleaseFolder | null

  constructor({ postgres, release, transactionLimitMs, timings = null }: EmbeddedDatabaseDeps) {
    super(async (sql) => (await postgres.query(sql)).rows)
    this.postgres = postgres
    this.#release = release
    this.client = new PrismaClient({
      adapter: measuredAdapter(new EmbeddedAdapterFactory(postgres), timings),
      transactionOptions: { maxWait: transactionLimitMs, timeout: transactionLimitMs },
    })
    this.frequent = unprepared(this.client)
  }

  async ping(): Promise<void> {
    await this.postgres.query('SELECT 1')
  }

  protected applyMissing(): Promise<readonly string[]> {
    return applyMigrations(new EmbeddedAdapterFactory(this.postgres))
  }

  protected async disconnect(): Promise<void> {
    await this.postgres.close()
    await this.#release?.()
  }
}

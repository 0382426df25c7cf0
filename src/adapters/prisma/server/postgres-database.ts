import type { Pool } from 'pg'
import type { Logger } from '../../../lib/logger.ts'
import { PrismaClient } from '../generated/client.ts'
import { MigratedDatabase } from '../migrated-database.ts'
import { applyMigrations } from '../migrations/apply-migrations.ts'
import { PostgresMigrationFactory } from '../migrations/postgres-migration-factory.ts'
import { BoundedPool } from './bounded-pool.ts'
import { PostgresAdapterFactory } from './postgres-adapter.ts'
import { answerTimeoutMs, connectTimeoutMs, postgresOptions, statementTimeoutMs } from './postgres-options.ts'

/** How many callers may wait for a connection; the next one is refused at once. */
const queueLimit = 100

export interface PostgresDatabaseOptions {
  /** `postgresql://…`, possibly of a pooler. */
  readonly url: string
  /** The server itself, for migrations; the same as `url` where no pooler stands in between. */
  readonly directUrl: string
  /** Connections kept open when idle. */
  readonly poolMin: number
  /** Connections at most. */
  readonly poolMax: number
  readonly logger: Logger
}

/** Prepares a pool of connections to a PostgreSQL server. Connects on first use only. */
export function openPostgresDatabase(options: PostgresDatabaseOptions): PostgresDatabase {
  return new PostgresDatabase(options)
}

/** A PostgreSQL server, 15 or newer. A cut connection fails the calls that use it, and nothing else. */
export class PostgresDatabase extends MigratedDatabase {
  readonly kind = 'postgres'
  readonly client: PrismaClient
  readonly #pool: Pool
  readonly #directUrl: string
  readonly #logger: Logger

  constructor({ url, directUrl, poolMin, poolMax, logger }: PostgresDatabaseOptions) {
    super(async (sql) => (await this.#pool.query(sql)).rows)
    const { config, schema } = postgresOptions(url, { statement_timeout: statementTimeoutMs })
    const onConnectionError = (error: Error): void => logger.warn({ error }, 'a database connection was cut')
    const timeouts = { connectionTimeoutMillis: connectTimeoutMs, query_timeout: answerTimeoutMs }
    this.#pool = new BoundedPool({ ...config, ...timeouts, min: poolMin, max: poolMax }, queueLimit)
    this.#pool.on('error', onConnectionError)
    this.#directUrl = directUrl
    this.#logger = logger
    this.client = new PrismaClient({
      adapter: new PostgresAdapterFactory({ pool: this.#pool, schema, onConnectionError }),
      transactionOptions: { maxWait: connectTimeoutMs, timeout: 5_000 },
    })
  }

  async ping(): Promise<void> {
    const question = { text: 'SELECT 1', query_timeout: connectTimeoutMs }
    await this.#pool.query(question)
  }

  protected applyMissing(): Promise<readonly string[]> {
    const factory = new PostgresMigrationFactory(this.#directUrl, this.#logger)
    return applyMigrations(factory).finally(() => factory.close())
  }

  protected disconnect(): Promise<void> {
    return this.#pool.end()
  }
}

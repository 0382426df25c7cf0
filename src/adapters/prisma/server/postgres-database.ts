import type { Logger } from '../../../lib/observation/logger.ts'
import type { Timings } from '../../../lib/observation/timings.ts'
import type { PoolConnections } from '../database.ts'
import { PrismaClient } from '../generated/client.ts'
import { measuredAdapter } from '../measured-adapter.ts'
import { MigratedDatabase } from '../migrated-database.ts'
import { applyMigrations } from '../migrations/apply-migrations.ts'
import { PostgresMigrationFactory } from '../migrations/postgres-migration-factory.ts'
import type { FrequentQueries } from '../stores/queries.ts'
import { BoundedPool } from './bounded-pool.ts'
import { PostgresAdapterFactory, renewsPool } from './postgres-adapter.ts'
import { ReadOnlyDatabase } from './postgres-client.ts'
import { defaultLimits, type PostgresLimits, postgresOptions } from './postgres-options.ts'
import { PreparedQueries } from './prepared-queries.ts'

/** As many callers as connections of clients that the HTTP server accepts. */
const maxWaiting = 5_000
const pingSql = `SELECT current_setting('transaction_read_only') = 'on' AS "isReadOnly"`

export interface PostgresDatabaseOptions {
  /** `postgresql://…`; may be a connection pooler. */
  readonly url: string
  /** The server itself, for migrations; the same as `url` if there is no pooler. */
  readonly directUrl: string
  /** Number of connections kept open when idle. */
  readonly poolMin: number
  /** Maximum number of connections. */
  readonly poolMax: number
  /** Whether statements are prepared; off behind a pooler that does not support it. */
  readonly preparesStatements?: boolean
  readonly logger: Logger
  /** Tests raise them, because a busy machine must not fail them. */
  readonly limits?: PostgresLimits
  /** Measures the statements. Null or absent: they are not measured. */
  readonly timings?: Timings | null
}

/** Creates a connection pool for a PostgreSQL server. Connects on first use. */
export function openPostgresDatabase(options: PostgresDatabaseOptions): PostgresDatabase {
  return new PostgresDatabase(options)
}

/** A PostgreSQL server, version 15 or later. If a connection is lost, only the calls that use it fail. */
export class PostgresDatabase extends MigratedDatabase {
  readonly kind = 'postgres'
  readonly client: PrismaClient
  readonly frequent: FrequentQueries
  readonly #pool: BoundedPool
  readonly #directUrl: string
  readonly #logger: Logger
  readonly #connectMs: number

  constructor(options: PostgresDatabaseOptions) {
    const { url, directUrl, poolMin, poolMax, logger, limits = defaultLimits, timings = null } = options
    const prepares = options.preparesStatements ?? true
    const { connectMs, waitMs, statementMs, responseMs, transactionMs } = limits
    const isPooled = directUrl !== url
    const limited = { statement_timeout: statementMs, idle_in_transaction_session_timeout: transactionMs }
    const { config, schema } = postgresOptions(url, isPooled ? null : limited)
    super(async (sql) => (await this.#pool.query(sql)).rows, schema)
    const onConnectionError = (error: Error): void => logger.warn({ error }, 'a database connection was lost')
    const queue = { maxWaitMs: waitMs, maxWaiting }
    const timeouts = { connectionTimeoutMillis: connectMs, query_timeout: responseMs }
    this.#pool = new BoundedPool({ ...config, ...timeouts, min: poolMin, max: poolMax }, queue)
    this.#pool.on('error', onConnectionError)
    this.frequent = new PreparedQueries({ pool: this.#pool, prepares, timings, logger })
    this.#directUrl = directUrl
    this.#logger = logger
    this.#connectMs = connectMs
    const adapter = new PostgresAdapterFactory({ pool: this.#pool, schema, onConnectionError })
    this.client = new PrismaClient({
      adapter: measuredAdapter(adapter, timings),
      transactionOptions: { maxWait: connectMs, timeout: transactionMs },
    })
  }

  override get connections(): PoolConnections {
    const { idleCount: idle, totalCount, waitingCount: awaited } = this.#pool
    return { idle, used: totalCount - idle, awaited }
  }

  override openConnections(): Promise<void> {
    return this.#pool.open()
  }

  async ping(): Promise<void> {
    const query = { text: pingSql, query_timeout: this.#connectMs }
    try {
      const { rows } = await this.#pool.query<{ isReadOnly: boolean }>(query)
      if (rows[0]?.isReadOnly === true) throw new ReadOnlyDatabase()
    } catch (error) {
      if (renewsPool(error)) this.#pool.renew()
      throw error
    }
  }

  protected applyMissing(): Promise<readonly string[]> {
    const factory = new PostgresMigrationFactory(this.#directUrl, this.#logger)
    return applyMigrations(factory).finally(() => factory.close())
  }

  protected disconnect(): Promise<void> {
    return this.#pool.end()
  }
}

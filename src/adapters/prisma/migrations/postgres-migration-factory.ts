import { PrismaPg } from '@prisma/adapter-pg'
import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { Pool } from 'pg'
import type { Logger } from '../../../lib/observation/logger.ts'
import { raiseAdapterError } from '../adapter-error.ts'
import { postgresOptions } from '../server/postgres-options.ts'

/** Advisory lock of migrations: an arbitrary number without other use. Its holder migrates, other processes wait. */
const migrationLock = 4_713_001
const advisoryLockTimeout = '120s'
const tableLockTimeout = '5s'

/**
 * One connection for migrations, without statement time-out. The wait for table locks is short, because queries queue
 * behind a migration that waits. A script is sent to the server as a whole, because the driver adapter splits it at every
 * semicolon, even within strings and functions. Close the factory after use: the schema engine does not.
 */
export class PostgresMigrationFactory implements SqlMigrationAwareDriverAdapterFactory {
  readonly provider = 'postgres'
  readonly adapterName = '@prisma/adapter-pg'
  readonly #pool: Pool
  readonly #schema: string | null

  constructor(url: string, logger: Logger) {
    const { config, schema } = postgresOptions(url, { statement_timeout: 0 })
    this.#schema = schema
    this.#pool = new Pool({ ...config, max: 1, idleTimeoutMillis: 0, connectionTimeoutMillis: 5_000 })
    this.#pool.on('error', (error) =>
      logger.warn({ error }, 'the database connection for migrations was lost'),
    )
  }

  async connect(): Promise<SqlDriverAdapter> {
    await this.#pool.query(`SET lock_timeout = '${advisoryLockTimeout}'`)
    await this.#pool.query(`SELECT pg_advisory_lock(${migrationLock})`)
    await this.#pool.query(`SET lock_timeout = '${tableLockTimeout}'`)
    const adapter = await new PrismaPg(
      this.#pool,
      this.#schema === null ? {} : { schema: this.#schema },
    ).connect()
    adapter.executeScript = async (script) => {
      await this.#pool.query(script).catch(raiseAdapterError)
    }
    return adapter
  }

  connectToShadowDb(): Promise<SqlDriverAdapter> {
    return Promise.reject(
      new Error(
        'A shadow database exists only for the embedded database; create and compare migrations there.',
      ),
    )
  }

  /** Closes the connection, which releases the lock. */
  close(): Promise<void> {
    return this.#pool.end()
  }
}

import { PrismaPg } from '@prisma/adapter-pg'
import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { Pool } from 'pg'
import type { Logger } from '../../../lib/logger.ts'
import { raiseAdapterError } from '../adapter-error.ts'
import { postgresOptions } from '../server/postgres-options.ts'

/** Any number that nothing else locks: whoever holds it migrates, the others wait for it. */
const migrationLock = 4_713_001
const waitForOthers = '120s'
const waitForTables = '5s'

/**
 * One connection for migrations: no statement time-out, and a short wait for locks on tables, so that a migration
 * never holds up the traffic behind it. The whole script goes to the server as it is: the driver adapter cuts it at
 * every semicolon, also inside of strings and functions. Close it after use: the schema engine does not.
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
    this.#pool.on('error', (error) => logger.warn({ error }, 'the connection of the migrations was cut'))
  }

  async connect(): Promise<SqlDriverAdapter> {
    await this.#pool.query(`SET lock_timeout = '${waitForOthers}'`)
    await this.#pool.query(`SELECT pg_advisory_lock(${migrationLock})`)
    await this.#pool.query(`SET lock_timeout = '${waitForTables}'`)
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
    return Promise.reject(new Error('Migrations are authored and compared on the embedded database.'))
  }

  /** Ends the connection, and with it the lock. */
  close(): Promise<void> {
    return this.#pool.end()
  }
}

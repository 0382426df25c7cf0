import { PrismaPg } from '@prisma/adapter-pg'
import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { Pool } from 'pg'
import type { Logger } from '../../../lib/logger.ts'
import { postgresOptions } from '../postgres-options.ts'

/** Any number that nothing else locks: whoever holds it migrates, the others wait for it. */
const migrationLock = 4_713_001
const waitForOthers = '120s'
const waitForTables = '5s'

/**
 * One connection for migrations: no statement time-out, and a short wait for locks on tables, so that a migration
 * never holds up the traffic behind it. The whole script goes to the server as it is: the driver adapter cuts it at
 * every semicolon, also inside of strings and functions.
 */
export class PostgresMigrationFactory implements SqlMigrationAwareDriverAdapterFactory {
  readonly provider = 'postgres'
  readonly adapterName = '@prisma/adapter-pg'
  readonly #url: string
  readonly #logger: Logger

  constructor(url: string, logger: Logger) {
    this.#url = url
    this.#logger = logger
  }

  async connect(): Promise<SqlDriverAdapter> {
    const { config, schema } = postgresOptions(this.#url, { statement_timeout: 0 })
    const pool = new Pool({ ...config, max: 1, idleTimeoutMillis: 0, connectionTimeoutMillis: 5_000 })
    pool.on('error', (error) => this.#logger.warn({ error }, 'the connection of the migrations was cut'))
    try {
      await pool.query(`SET lock_timeout = '${waitForOthers}'`)
      await pool.query(`SELECT pg_advisory_lock(${migrationLock})`)
      await pool.query(`SET lock_timeout = '${waitForTables}'`)
    } catch (error) {
      await pool.end()
      throw error
    }
    const adapter = await new PrismaPg(pool, schema === null ? {} : { schema }).connect()
    const { dispose } = adapter
    adapter.executeScript = async (script) => {
      await pool.query(script)
    }
    adapter.dispose = async () => {
      await dispose.call(adapter)
      await pool.end()
    }
    return adapter
  }

  connectToShadowDb(): Promise<SqlDriverAdapter> {
    return Promise.reject(new Error('Migrations are authored and compared on the embedded database.'))
  }
}

import { setTimeout as sleep } from 'node:timers/promises'
import { PrismaPg } from '@prisma/adapter-pg'
import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { Pool } from 'pg'
import type { Logger } from '../../../lib/observation/logger.ts'
import { raiseAdapterError } from '../adapter-error.ts'
import { sqlState } from '../database-errors.ts'
import { postgresOptions } from '../server/postgres-options.ts'

/** Advisory lock of migrations: an arbitrary number without other use. Its holder migrates, other processes wait. */
const migrationLock = 4_713_001
const advisoryLockTimeout = '120s'
const tableLockTimeout = '5s'
/** A deadlock with calls of the running service, or a table that was in use for longer than the wait. */
const lockStates = /^(40P01|55P03)$/
const maxTries = 20
const maxPauseMs = 2_000

/**
 * One connection for migrations, without statement time-out. The wait for table locks is short, because queries queue
 * behind a migration that waits. A script is sent to the server as a whole, because the driver adapter splits it at every
 * semicolon, even within strings and functions. The server runs it as one transaction, so one that lost its locks to calls of the
 * running service is repeated: a failed migration would block every later one. Close the factory after use: the schema engine does not.
 */
export class PostgresMigrationFactory implements SqlMigrationAwareDriverAdapterFactory {
  readonly provider = 'postgres'
  readonly adapterName = '@prisma/adapter-pg'
  readonly #pool: Pool
  readonly #schema: string | null
  readonly #logger: Logger

  constructor(url: string, logger: Logger) {
    this.#logger = logger
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
    adapter.executeScript = (script) => this.#run(script).catch(raiseAdapterError)
    return adapter
  }

  async #run(script: string): Promise<void> {
    // It is not one transaction, so its first part may remain.
    const tries = /\bCONCURRENTLY\b/i.test(script) ? 1 : maxTries
    for (let tried = 1; ; tried += 1) {
      try {
        await this.#pool.query(script)
        return
      } catch (error) {
        if (tried >= tries || !lockStates.test(sqlState(error) ?? '')) throw error
        this.#logger.warn({ tried }, 'a migration could not lock its tables, and is repeated')
        await sleep(Math.random() * maxPauseMs)
      }
    }
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

import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { PrismaPGlite } from 'pglite-prisma-adapter'
import { raiseAdapterError } from '../adapter-error.ts'
import { EmbeddedPostgres } from './embedded-postgres.ts'

/**
 * Prisma's adapter over PGlite with two gaps closed: a script is awaited and its errors are reported (a failing
 * migration would count as applied), and so is a failing COMMIT.
 */
export class EmbeddedAdapterFactory implements SqlMigrationAwareDriverAdapterFactory {
  readonly provider = 'postgres'
  readonly adapterName = 'pglite-prisma-adapter'
  readonly #postgres: EmbeddedPostgres

  constructor(postgres: EmbeddedPostgres) {
    this.#postgres = postgres
  }

  async connect(): Promise<SqlDriverAdapter> {
    return closeGaps(await new PrismaPGlite(this.#postgres).connect(), this.#postgres)
  }

  /** A fresh database in memory, gone when it is disposed of: what migrations are compared on. */
  async connectToShadowDb(): Promise<SqlDriverAdapter> {
    const shadow = new EmbeddedPostgres()
    const adapter = await new EmbeddedAdapterFactory(shadow).connect()
    adapter.dispose = () => shadow.close()
    return adapter
  }
}

function closeGaps(adapter: SqlDriverAdapter, postgres: EmbeddedPostgres): SqlDriverAdapter {
  const startTransaction = adapter.startTransaction.bind(adapter)
  adapter.executeScript = async (script) => {
    await postgres.exec(script).catch(raiseAdapterError)
  }
  adapter.startTransaction = async (isolationLevel) => {
    const transaction = await startTransaction(isolationLevel)
    const commit = transaction.commit.bind(transaction)
    postgres.takeFailure()
    transaction.commit = async () => {
      await commit()
      const failure = postgres.takeFailure()
      if (failure !== null) raiseAdapterError(failure)
    }
    return transaction
  }
  return adapter
}

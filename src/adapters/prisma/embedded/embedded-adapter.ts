import type { SqlDriverAdapter, SqlMigrationAwareDriverAdapterFactory } from '@prisma/driver-adapter-utils'
import { PrismaPGlite } from 'pglite-prisma-adapter'
import { raiseAdapterError } from '../adapter-error.ts'
import { EmbeddedPostgres } from './embedded-postgres.ts'

/**
 * Prisma's adapter for PGlite, with two defects corrected. A script is awaited and its errors are thrown; otherwise a
 * failed migration would count as applied. A failed COMMIT throws as well.
 */
export class EmbeddedAdapterFactory implements SqlMigrationAwareDriverAdapterFactory {
  readonly provider = 'postgres'
  readonly adapterName = 'pglite-prisma-adapter'
  readonly #postgres: EmbeddedPostgres

  constructor(postgres: EmbeddedPostgres) {
    this.#postgres = postgres
  }

  async connect(): Promise<SqlDriverAdapter> {
    return correctErrors(await new PrismaPGlite(this.#postgres).connect(), this.#postgres)
  }

  /** A new database in memory, on which migrations are compared. It is removed when it is disposed of. */
  async connectToShadowDb(): Promise<SqlDriverAdapter> {
    const shadow = new EmbeddedPostgres()
    const adapter = await new EmbeddedAdapterFactory(shadow).connect()
    adapter.dispose = () => shadow.close()
    return adapter
  }
}

function correctErrors(adapter: SqlDriverAdapter, postgres: EmbeddedPostgres): SqlDriverAdapter {
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

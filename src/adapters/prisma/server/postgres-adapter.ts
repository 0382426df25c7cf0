import { PrismaPg } from '@prisma/adapter-pg'
import type { SqlDriverAdapter, SqlDriverAdapterFactory, Transaction } from '@prisma/driver-adapter-utils'
import { Client, type Pool } from 'pg'

interface PostgresAdapterDeps {
  readonly pool: Pool
  /** The schema that holds the tables; null = `public`. */
  readonly schema: string | null
  /** Called if a connection is lost while a transaction uses it. */
  readonly onConnectionError: (error: Error) => void
}

/**
 * Prisma's adapter for a pool. If a query of a transaction times out because the server does not respond, the connection
 * is closed immediately. Otherwise the ROLLBACK and the next user of the connection would each wait for the same time-out.
 */
export class PostgresAdapterFactory implements SqlDriverAdapterFactory {
  readonly provider = 'postgres'
  readonly adapterName = '@prisma/adapter-pg'
  readonly #inner: PrismaPg

  constructor({ pool, schema, onConnectionError }: PostgresAdapterDeps) {
    this.#inner = new PrismaPg(pool, { onConnectionError, ...(schema === null ? {} : { schema }) })
  }

  async connect(): Promise<SqlDriverAdapter> {
    const adapter = await this.#inner.connect()
    const startTransaction = adapter.startTransaction.bind(adapter)
    adapter.startTransaction = async (isolationLevel) =>
      closingOnTimeout(await startTransaction(isolationLevel))
    return adapter
  }
}

function closingOnTimeout(transaction: Transaction): Transaction {
  const { queryRaw, executeRaw } = transaction
  const closeOnTimeout = async (error: unknown): Promise<never> => {
    const connection: unknown = Reflect.get(transaction, 'client')
    if (isReadTimeout(error) && connection instanceof Client) void connection.end().catch(() => {})
    throw error
  }
  transaction.queryRaw = (query) => queryRaw.call(transaction, query).catch(closeOnTimeout)
  transaction.executeRaw = (query) => executeRaw.call(transaction, query).catch(closeOnTimeout)
  return transaction
}

function isReadTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout'
}

import { PrismaPg } from '@prisma/adapter-pg'
import type { SqlDriverAdapter, SqlDriverAdapterFactory, Transaction } from '@prisma/driver-adapter-utils'
import { Client, type Pool } from 'pg'

interface PostgresAdapterDeps {
  readonly pool: Pool
  /** The schema that holds the tables; null = `public`. */
  readonly schema: string | null
  /** Hears of connections that are cut while a transaction uses them. */
  readonly onConnectionError: (error: Error) => void
}

/**
 * Prisma's adapter over a pool. A transaction whose connection stopped answering gives it up at once: the ROLLBACK
 * would wait as long again, and the next user of that connection too.
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
    adapter.startTransaction = async (isolationLevel) => givingUp(await startTransaction(isolationLevel))
    return adapter
  }
}

function givingUp(transaction: Transaction): Transaction {
  const { queryRaw, executeRaw } = transaction
  const giveUp = async (error: unknown): Promise<never> => {
    const connection: unknown = Reflect.get(transaction, 'client')
    if (isReadTimeout(error) && connection instanceof Client) void connection.end().catch(() => {})
    throw error
  }
  transaction.queryRaw = (query) => queryRaw.call(transaction, query).catch(giveUp)
  transaction.executeRaw = (query) => executeRaw.call(transaction, query).catch(giveUp)
  return transaction
}

function isReadTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout'
}

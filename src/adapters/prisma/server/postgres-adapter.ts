import { PrismaPg } from '@prisma/adapter-pg'
import type {
  SqlDriverAdapter,
  SqlDriverAdapterFactory,
  SqlQueryable,
  Transaction,
} from '@prisma/driver-adapter-utils'
import { Client } from 'pg'
import { sqlState } from '../database-errors.ts'
import type { BoundedPool } from './bounded-pool.ts'
import { withZonedArguments } from './zoned-times.ts'

interface PostgresAdapterDeps {
  readonly pool: BoundedPool
  /** The schema that holds the tables; null = `public`. */
  readonly schema: string | null
  /** Called if a connection is lost while a transaction uses it. */
  readonly onConnectionError: (error: Error) => void
}

/**
 * Prisma's adapter for a pool. Times are written with their offset. If a query of a transaction times out because the server
 * does not respond, the connection is closed immediately. Otherwise the ROLLBACK and the next user of the connection would
 * each wait for the same time-out.
 */
export class PostgresAdapterFactory implements SqlDriverAdapterFactory {
  readonly provider = 'postgres'
  readonly adapterName = '@prisma/adapter-pg'
  readonly #inner: PrismaPg
  readonly #pool: BoundedPool

  constructor({ pool, schema, onConnectionError }: PostgresAdapterDeps) {
    this.#inner = new PrismaPg(pool, { onConnectionError, ...(schema === null ? {} : { schema }) })
    this.#pool = pool
  }

  async connect(): Promise<SqlDriverAdapter> {
    const adapter = await this.#inner.connect()
    const onFailure = (error: unknown): never => {
      if (renewsPool(error)) this.#pool.renew()
      throw error
    }
    const startTransaction = adapter.startTransaction.bind(adapter)
    adapter.startTransaction = async (isolationLevel) => {
      const transaction = await startTransaction(isolationLevel).catch(onFailure)
      return wrap(transaction, (error) => {
        closeOnTimeout(transaction, error)
        return onFailure(error)
      })
    }
    return wrap(adapter, onFailure)
  }
}

/** read_only_sql_transaction */
const readOnlyState = '25006'

function wrap<Wrapped extends SqlQueryable>(
  queryable: Wrapped,
  onFailure: (error: unknown) => never,
): Wrapped {
  const queryRaw = queryable.queryRaw.bind(queryable)
  const executeRaw = queryable.executeRaw.bind(queryable)
  queryable.queryRaw = (query) => queryRaw(withZonedArguments(query)).catch(onFailure)
  queryable.executeRaw = (query) => executeRaw(withZonedArguments(query)).catch(onFailure)
  return queryable
}

function closeOnTimeout(transaction: Transaction, error: unknown): void {
  const connection: unknown = Reflect.get(transaction, 'client')
  if (isReadTimeout(error) && connection instanceof Client) void connection.end().catch(() => {})
}

/** Whether the other connections lead to the same server that does not respond or accepts no writes. */
export function renewsPool(error: unknown): boolean {
  return isReadTimeout(error) || sqlState(error) === readOnlyState
}

function isReadTimeout(error: unknown): boolean {
  return error instanceof Error && error.message === 'Query read timeout'
}

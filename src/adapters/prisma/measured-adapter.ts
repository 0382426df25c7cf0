import type {
  SqlDriverAdapter,
  SqlDriverAdapterFactory,
  SqlQueryable,
  Transaction,
} from '@prisma/driver-adapter-utils'
import { measured, type Timings } from '../../lib/observation/timings.ts'
import { statementName } from './statement-name.ts'

/** The adapter of a database, with each of its statements measured. The same one if nothing is measured. */
export function measuredAdapter(
  factory: SqlDriverAdapterFactory,
  timings: Timings | null,
): SqlDriverAdapterFactory {
  if (timings === null) return factory
  return {
    provider: factory.provider,
    adapterName: factory.adapterName,
    async connect() {
      return measureConnection(await factory.connect(), timings)
    },
  }
}

function measureConnection(adapter: SqlDriverAdapter, timings: Timings): SqlDriverAdapter {
  measureStatements(adapter, timings)
  const startTransaction = adapter.startTransaction.bind(adapter)
  adapter.startTransaction = async (isolationLevel) => {
    const transaction = await measured(timings, 'database', 'begin', () => startTransaction(isolationLevel))
    measureStatements(transaction, timings)
    // Otherwise COMMIT and ROLLBACK are statements like any other.
    if (transaction.options.usePhantomQuery) measureEnd(transaction, timings)
    return transaction
  }
  return adapter
}

function measureStatements(queries: SqlQueryable, timings: Timings): void {
  const queryRaw = queries.queryRaw.bind(queries)
  const executeRaw = queries.executeRaw.bind(queries)
  queries.queryRaw = (query) => measured(timings, 'database', statementName(query.sql), () => queryRaw(query))
  queries.executeRaw = (query) =>
    measured(timings, 'database', statementName(query.sql), () => executeRaw(query))
}

function measureEnd(transaction: Transaction, timings: Timings): void {
  const commit = transaction.commit.bind(transaction)
  const rollback = transaction.rollback.bind(transaction)
  transaction.commit = () => measured(timings, 'database', 'commit', commit)
  transaction.rollback = () => measured(timings, 'database', 'rollback', rollback)
}

import { Prisma } from '../generated/client.ts'
import type { FilledStatement } from './fixed-statement.ts'

/** The Prisma client that a store uses: the client itself, or the client of a running transaction. */
export type Queries = Prisma.TransactionClient

/**
 * Runs the statements of the most frequent operations. A server keeps the plan of each text, so a statement that runs here has few
 * variants: values are parameters, and no list changes its text. Not for statements that return 64-bit integers or decimals, which
 * would be texts.
 */
export interface FrequentQueries {
  run<Row>(statement: Prisma.Sql | FilledStatement): Promise<readonly Row[]>
}

/** Runs them like all other statements: within a transaction, and on the embedded database. */
export function unprepared(queries: Pick<Queries, '$queryRaw'>): FrequentQueries {
  return {
    run: (statement) => queries.$queryRaw(statement instanceof Prisma.Sql ? statement : statement.toSql()),
  }
}

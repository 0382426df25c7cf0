import type { PrismaClient } from './generated/client.ts'
import type { AddressReport } from './migrations/normalise-addresses.ts'
import type { FrequentQueries } from './stores/queries.ts'

/** Numbers of connections that are idle and in use, and of callers that wait for one. */
export interface PoolConnections {
  readonly idle: number
  readonly used: number
  readonly awaited: number
}

/** The database of a process: an embedded PostgreSQL or a PostgreSQL server. */
export interface Database {
  readonly client: PrismaClient
  readonly kind: 'embedded' | 'postgres'
  /** Runs the most frequent statements. Not for those of a transaction. */
  readonly frequent: FrequentQueries
  /** Resolves if the database responds; rejects within about one second if it does not. */
  ping(): Promise<void>
  /** The connections of this process; null for the embedded database, which has one. */
  readonly connections: PoolConnections | null
  /** Opens the connections that are kept open, so that the first requests do not wait for them. Never rejects. */
  openConnections(): Promise<void>
  /** @throws an Error for operators if the encoding is not UTF8, or the schema belongs to another application */
  assertSuitable(): Promise<void>
  /** Closes all connections, and stops the embedded database. A second call does nothing. */
  close(): Promise<void>
  /** Applies missing migrations and returns their names. Safe to call from several processes at once: one does the work. */
  migrate(): Promise<readonly string[]>
  /** Gives stored addresses of earlier versions their present form. Part of a migration that SQL cannot express. */
  normaliseAddresses(): Promise<AddressReport>
  /** Whether `normaliseAddresses` has found nothing to do, so that a start does not repeat it. */
  areAddressesNormalised(): Promise<boolean>
  /** Names of the missing migrations. Cheap enough for a readiness check. */
  pendingMigrations(): Promise<readonly string[]>
}

import type { PrismaClient } from './generated/client.ts'
import type { AddressReport } from './migrations/normalise-addresses.ts'

/** The database of a process: an embedded PostgreSQL or a PostgreSQL server. */
export interface Database {
  readonly client: PrismaClient
  readonly kind: 'embedded' | 'postgres'
  /** Resolves if the database responds; rejects within about one second if it does not. */
  ping(): Promise<void>
  /** @throws an Error for operators if the encoding is not UTF8, or the schema belongs to another application */
  assertSuitable(): Promise<void>
  /** Closes all connections, and stops the embedded database. A second call does nothing. */
  close(): Promise<void>
  /** Applies missing migrations and returns their names. Safe to call from several processes at once: one does the work. */
  migrate(): Promise<readonly string[]>
  /** Gives stored addresses of earlier versions their present form. Part of a migration that SQL cannot express. */
  normaliseAddresses(): Promise<AddressReport>
  /** Names of the missing migrations. Cheap enough for a readiness check. */
  pendingMigrations(): Promise<readonly string[]>
}

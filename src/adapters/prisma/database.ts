import type { PrismaClient } from './generated/client.ts'

/** The one relational store of a process: an embedded PostgreSQL or a server. */
export interface Database {
  readonly client: PrismaClient
  readonly kind: 'embedded' | 'postgres'
  /** Resolves when the database answers; rejects within about a second when it does not. */
  ping(): Promise<void>
  /** Ends every connection, and the embedded database with them. A second call does nothing. */
  close(): Promise<void>
  /** Applies the missing migrations and names them; several processes may call it at once, one of them does the work. */
  migrate(): Promise<readonly string[]>
  /** Names of the migrations that are still missing. Cheap enough for a readiness check. */
  pendingMigrations(): Promise<readonly string[]>
}

import { Client } from 'pg'
import type { PrismaClient } from './generated/client.ts'
import { postgresOptions } from './server/postgres-options.ts'

/** What an operator has to know about the server, and about the settings of a connection of this service. */
export interface DatabaseFacts {
  readonly version: string
  /** For example 150020. */
  readonly versionNumber: number
  readonly timeZone: string
  readonly dateStyle: string
  readonly isolation: string
  /** 0: no limit. */
  readonly statementTimeoutMs: number
  /** By the clock of the server. */
  readonly now: Date
  readonly maxConnections: number
  /** For superusers and maintenance. */
  readonly reservedConnections: number
  /** Limits of the role and of the database; -1 = none. */
  readonly roleLimit: number
  readonly databaseLimit: number
  /** Tables of the schema that the role cannot read and write completely. */
  readonly deniedTables: readonly string[]
}

export async function readDatabaseFacts(client: PrismaClient): Promise<DatabaseFacts> {
  const [facts] = await client.$queryRaw<DatabaseFacts[]>`
    SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS "versionNumber",
      current_setting('TimeZone') AS "timeZone", current_setting('DateStyle') AS "dateStyle",
      current_setting('default_transaction_isolation') AS isolation, clock_timestamp() AS now,
      (SELECT setting::int FROM pg_settings WHERE name = 'statement_timeout') AS "statementTimeoutMs",
      current_setting('max_connections')::int AS "maxConnections",
      current_setting('superuser_reserved_connections')::int
        + coalesce(current_setting('reserved_connections', true), '0')::int AS "reservedConnections",
      (SELECT rolconnlimit FROM pg_roles WHERE rolname = current_user) AS "roleLimit",
      (SELECT datconnlimit FROM pg_database WHERE datname = current_database()) AS "databaseLimit",
      ARRAY(SELECT c.relname::text FROM pg_class c
        WHERE c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) AND c.relkind = 'r'
          AND c.relname <> '_prisma_migrations' AND NOT (
            has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT')
            AND has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE'))
        ORDER BY c.relname) AS "deniedTables"`
  if (facts === undefined) throw new Error('The database returned no row.')
  return facts
}

/**
 * Whether a connection pooler answers at the URL: it introduces itself by another process id than that of the server process that
 * runs the statements.
 */
export async function isPooled(url: string): Promise<boolean> {
  const { config } = postgresOptions(url, null)
  const client = new Client({ ...config, connectionTimeoutMillis: 5000, query_timeout: 5000 })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
    return rows[0]?.pid !== Reflect.get(client, 'processID')
  } finally {
    await client.end()
  }
}

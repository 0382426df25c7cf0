import type { PoolConfig } from 'pg'

/** Time limits of connections, in milliseconds. */
export interface PostgresLimits {
  /** To open a connection. */
  readonly connectMs: number
  /** To wait for a connection while all are in use. */
  readonly waitMs: number
  /** `statement_timeout` of the server; migrations are exempt. */
  readonly statementMs: number
  /** For the response of a server. A little longer than the statement time-out, so that its error arrives first. */
  readonly responseMs: number
  /**
   * For a transaction with several statements, and `idle_in_transaction_session_timeout` of the server: a process that was paused must
   * not commit afterwards what others would have had to read before.
   */
  readonly transactionMs: number
}

export const defaultLimits: PostgresLimits = {
  connectMs: 1_000,
  waitMs: 250,
  statementMs: 2_000,
  responseMs: 2_250,
  transactionMs: 5_000,
}

/** A command of the operator can change hundreds of rows in one transaction, also over a slow connection. */
export const operatorLimits: PostgresLimits = { ...defaultLimits, transactionMs: 60_000 }

/** A connection string, split into the part for the driver and the part for Prisma. */
export interface PostgresOptions {
  readonly config: PoolConfig
  /** Prisma's `?schema=` parameter of the URL; null = `public`. */
  readonly schema: string | null
}

/**
 * Options for every connection. Settings are part of the start-up message, so they cost no round trip.
 * @param settings null: a connection pooler, many of which refuse or ignore them. The role has them instead (docs/postgresql.md).
 */
export function postgresOptions(
  url: string,
  settings: Readonly<Record<string, string | number>> | null,
): PostgresOptions {
  const parsed = new URL(url)
  const schema = parsed.searchParams.get('schema')
  parsed.searchParams.delete('schema')
  if (settings !== null) {
    const parameters = {
      timezone: 'UTC',
      datestyle: 'ISO',
      ...(schema === null ? {} : { search_path: `"${schema}"` }),
      ...settings,
    }
    const flags = Object.entries(parameters).map(([name, value]) => `-c ${name}=${value}`)
    const ownOptions = parsed.searchParams.get('options')
    parsed.searchParams.set('options', [...(ownOptions === null ? [] : [ownOptions]), ...flags].join(' '))
  }
  return { schema, config: { connectionString: parsed.href, application_name: 'gatehouse', keepAlive: true } }
}

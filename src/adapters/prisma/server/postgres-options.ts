import type { PoolConfig } from 'pg'

/** How long a connection may take, waiting for a free one included. */
export const connectTimeoutMs = 1_000
/** How long the server works on one statement; migrations are exempt. */
export const statementTimeoutMs = 2_000
/** How long we wait for a server that does not answer at all: a little longer, so that its own answer comes first. */
export const answerTimeoutMs = 2_250

/** A connection string in parts that the driver and Prisma read differently. */
export interface PostgresOptions {
  readonly config: PoolConfig
  /** `?schema=` of the URL, as Prisma spells it; null = `public`. */
  readonly schema: string | null
}

/**
 * What every connection has in common. Times are UTC on every connection: the driver adapter writes and reads
 * timestamps without an offset. All of it is part of the start-up message, so it costs no round trip.
 */
export function postgresOptions(
  url: string,
  settings: Readonly<Record<string, string | number>>,
): PostgresOptions {
  const parsed = new URL(url)
  const schema = parsed.searchParams.get('schema')
  const wanted = { timezone: 'UTC', ...(schema === null ? {} : { search_path: `"${schema}"` }), ...settings }
  const flags = Object.entries(wanted).map(([name, value]) => `-c ${name}=${value}`)
  const given = parsed.searchParams.get('options')
  parsed.searchParams.delete('schema')
  parsed.searchParams.set('options', [...(given === null ? [] : [given]), ...flags].join(' '))
  return { schema, config: { connectionString: parsed.href, application_name: 'gatehouse', keepAlive: true } }
}

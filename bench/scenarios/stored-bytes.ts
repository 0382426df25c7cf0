import type { Client } from 'pg'
import { lower } from '../report/finding.ts'
import { gatehouse } from '../servers/contestants.ts'
import type { Scenario } from './scenario.ts'

const copies = 50_000
const callers = 16
/** Its own database: sessions of other rows ended in a storm, or began before their User-Agent was shared. */
const fresh = { ...gatehouse, name: 'Gatehouse, bytes' }

/** Bytes of a table with its indexes, and its number of rows. */
async function sizeOf(
  client: Client,
  table: string,
): Promise<{ readonly bytes: number; readonly rows: number }> {
  const { rows } = await client.query<{ bytes: number; rows: number }>(
    `SELECT pg_total_relation_size($1)::float8 AS bytes, (SELECT count(*)::float8 FROM ${client.escapeIdentifier(table)}) AS rows`,
    [table],
  )
  const [size] = rows
  if (size === undefined) throw new Error(`${table} has no size.`)
  return size
}

/** Bytes for each row that the work adds. */
async function growth(client: Client, table: string, work: () => Promise<unknown>): Promise<number> {
  const before = await sizeOf(client, table)
  await work()
  const after = await sizeOf(client, table)
  return (after.bytes - before.bytes) / (after.rows - before.rows)
}

/**
 * Copies sessions of real logins, with new ids and secrets. The copies have no earlier rotations, as sessions that are
 * refreshed every few minutes: the load refreshes one session many times a second, and a row keeps those of the grace window.
 */
const copySessions = `
  INSERT INTO sessions SELECT copy.*
  FROM (SELECT *, row_number() OVER () AS place, count(*) OVER () AS total FROM sessions) AS s
  JOIN generate_series(1, ${copies}) AS n ON s.place = 1 + n % s.total
  CROSS JOIN LATERAL jsonb_populate_record(NULL::sessions, to_jsonb(s) || jsonb_build_object(
    'id', (lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7' ||
      substr(md5(n::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid,
    'earlier_rotations', '[]'::jsonb,
    'family_hash', '\\x' || encode(sha256(convert_to(n::text || random()::text, 'UTF8')), 'hex'))) AS copy`

/**
 * Copies events of real refreshes as a thousand sessions of as many users cause them in turn, with ids in the order of time. The load itself
 * writes too few of them: parallel writers extend a table by many pages at once, which later events fill.
 */
const copyRefreshes = `
  INSERT INTO audit_events SELECT copy.*
  FROM (SELECT *, row_number() OVER (ORDER BY id) AS place, count(*) OVER () AS total FROM audit_events WHERE type = 'TOKEN_REFRESHED') AS e
  JOIN generate_series(1, ${copies}) AS n ON e.place = e.total - n % LEAST(e.total, 1000)
  CROSS JOIN LATERAL jsonb_populate_record(NULL::audit_events, to_jsonb(e) || jsonb_build_object(
    'id', (lpad(to_hex((extract(epoch FROM clock_timestamp()) * 1000)::bigint), 12, '0') || '7' ||
      substr(md5(n::text), 1, 3) || '8' || substr(md5(random()::text), 1, 15))::uuid,
    'request_uuid', gen_random_uuid(),
    'user_id', md5((n % 1000)::text)::uuid, 'session_id', md5('session' || (n % 1000)::text)::uuid)) AS copy
  ORDER BY n`

/** Bytes of a session and of the audit event of a refresh, with all indexes. */
export const storedBytes: Scenario = {
  name: 'bytes',
  async measure({ park, load, scale }) {
    const { client } = await park.database(fresh)
    const { url } = await park.server(fresh)
    const requests = Math.round(6000 * Math.max(0.5, scale))
    const order = {
      product: 'gatehouse',
      call: 'refresh',
      url,
      pattern: { kind: 'loop', callers, requests },
    } as const
    await load.gather(order)
    const failed = (await load.run(order)).refused.length
    const refresh = await growth(client, 'audit_events', () => client.query(copyRefreshes))
    const session = await growth(client, 'sessions', () => client.query(copySessions))
    return [
      lower('bytes of a session, with indexes', session, 'B', 450, 300),
      lower('bytes of a refresh in audit_events, with indexes', refresh, 'B', 250, 100, failed),
    ]
  },
}

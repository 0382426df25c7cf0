import { isObject } from '../../../../lib/text/json.ts'
import { Prisma } from '../../generated/client.ts'
import type { Queries } from '../queries.ts'
import { isLive } from './session-rows.ts'

/** Up to this size a table is counted, which takes a few milliseconds; a larger one is estimated in the same time. */
const maxCountedBytes = 8 * 1024 * 1024

/**
 * The number of sessions that have not ended: counted while the table is small, else the estimate of the planner, which reads
 * statistics and no rows.
 */
export async function estimateLiveSessions(
  queries: Queries,
  now: Date,
  maxBytes = maxCountedBytes,
): Promise<number> {
  const [size] = await queries.$queryRaw<{ isSmall: boolean }[]>`
    SELECT pg_relation_size('sessions'::regclass) <= ${maxBytes} AS "isSmall"`
  if (size?.isSmall !== true) return estimate(queries)
  const [row] = await queries.$queryRaw<{ count: number }[]>`
    SELECT count(*)::integer AS count FROM sessions s WHERE ${isLive(now)}`
  return row?.count ?? 0
}

/** Without parameters, so that the planner knows the times; without the tenants, whose inactive ones are few. */
async function estimate(queries: Queries): Promise<number> {
  const rows = await queries.$queryRaw<{ 'QUERY PLAN': unknown }[]>(Prisma.sql`
    EXPLAIN (FORMAT JSON) SELECT 1 FROM sessions s
    WHERE s.revoked_at IS NULL AND s.idle_expires_at > now() AND s.expires_at > now()`)
  return plannedRows(rows[0]?.['QUERY PLAN'])
}

function plannedRows(plans: unknown): number {
  const [first]: unknown[] = Array.isArray(plans) ? plans : []
  const plan = isObject(first) ? first.Plan : null
  const rows = isObject(plan) ? plan['Plan Rows'] : null
  if (typeof rows !== 'number') throw new Error('The plan of PostgreSQL does not name its rows.')
  return rows
}

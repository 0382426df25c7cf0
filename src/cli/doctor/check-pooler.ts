import type { Config } from '../../config/config.ts'
import { findPoolers } from '../../infrastructure/doctor-probes.ts'
import { type Finding, failure, ok, warning } from './finding.ts'

const check = 'pooler'

/** Compares what answers at the URLs with what the configuration says about it. */
export async function checkPooler(
  config: Pick<Config, 'database'>,
): Promise<{ readonly isPooled: boolean; readonly findings: readonly Finding[] }> {
  const poolers = await findPoolers(config)
  if (poolers === null) return { isPooled: false, findings: [] }
  return { isPooled: poolers.atUrl, findings: [judge(config, poolers)] }
}

function judge(
  { database: { url, directUrl, preparesStatements } }: Pick<Config, 'database'>,
  { atUrl, atDirectUrl }: { readonly atUrl: boolean; readonly atDirectUrl: boolean },
): Finding {
  const hasDirectUrl = url?.reveal() !== directUrl?.reveal()
  if (atDirectUrl && hasDirectUrl)
    return failure(
      check,
      'DIRECT_DATABASE_URL leads to a connection pooler.',
      'Let it name the server itself: migrations hold a lock of their session.',
    )
  if (atUrl && !hasDirectUrl)
    return failure(
      check,
      'DATABASE_URL leads to a connection pooler.',
      'Set DIRECT_DATABASE_URL to the same database without it (docs/postgresql.md).',
    )
  if (atUrl && preparesStatements)
    return warning(
      check,
      'Statements are prepared behind a connection pooler (DATABASE_PREPARED_STATEMENTS).',
      'Make sure that it supports them: PgBouncer 1.21 or later with max_prepared_statements.',
    )
  if (atUrl)
    return ok(check, 'A connection pooler answers at DATABASE_URL, and migrations have a direct connection.')
  if (hasDirectUrl)
    return warning(
      check,
      'No connection pooler was noticed at DATABASE_URL, but DIRECT_DATABASE_URL says that there is one.',
      'Remove DIRECT_DATABASE_URL if there is none: connections then have their own settings, and prepared statements.',
    )
  return ok(check, 'No connection pooler: the connections are direct.')
}

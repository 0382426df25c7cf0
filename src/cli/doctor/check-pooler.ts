import type { Config } from '../../config/config.ts'
import { isPooled } from '../../infrastructure/doctor-probes.ts'
import { attempt } from './attempt.ts'
import { type Finding, failure, ok, warning } from './finding.ts'

const check = 'pooler'

/** Compares what answers at the URLs with what the configuration says about it. `isPooled`: null if it is unknown. */
export async function checkPooler({ database }: Pick<Config, 'database'>): Promise<{
  readonly isPooled: boolean | null
  readonly findings: readonly Finding[]
}> {
  const { url, directUrl } = database
  if (url === null) return { isPooled: false, findings: [] }
  const hasDirectUrl = directUrl !== null && url.reveal() !== directUrl.reveal()
  const atUrl = await attempt(notReached('DATABASE_URL', 'The service uses it.'), () =>
    isPooled(url.reveal()),
  )
  const atDirectUrl = hasDirectUrl
    ? await attempt(notReached('DIRECT_DATABASE_URL', 'Migrations use it.'), () =>
        isPooled(directUrl.reveal()),
      )
    : atUrl
  const failed = new Set([...atUrl.findings, ...atDirectUrl.findings])
  if (atUrl.value === null || atDirectUrl.value === null)
    return { isPooled: atUrl.value, findings: [...failed] }
  const found = { atUrl: atUrl.value, atDirectUrl: atDirectUrl.value, hasDirectUrl }
  return { isPooled: atUrl.value, findings: [judge(database, found)] }
}

function notReached(variable: string, use: string) {
  const advice = `Check ${variable}, its role and password, the network and the log of the server. ${use}`
  return { check, message: `${variable} cannot be reached`, advice }
}

interface FoundPoolers {
  readonly atUrl: boolean
  readonly atDirectUrl: boolean
  readonly hasDirectUrl: boolean
}

function judge(
  { preparesStatements }: Config['database'],
  { atUrl, atDirectUrl, hasDirectUrl }: FoundPoolers,
): Finding {
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

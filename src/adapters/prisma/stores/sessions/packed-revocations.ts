import { type PackedIds, packedIdBytes } from '../../../../domain/tokens/packed-ids.ts'
import type { PackedRevocations } from '../../../../domain/tokens/revocation-store.ts'
import { Prisma } from '../../generated/client.ts'
import type { Queries } from '../queries.ts'
import {
  type PageQuery,
  type RevocationRow,
  rowOfPage,
  rowsOfPage,
  toRecordedRevocation,
} from './revocation-rows.ts'

interface PackedRow {
  /** Base64, because the embedded database reads `bytea` slowly. Null if the page has no such revocation. */
  readonly sessions: string | null
  readonly users: string | null
  readonly tokens: string | null
  readonly apiKeys: string | null
  /** A JSON array of RevocationRow. */
  readonly others: string | null
  readonly count: number
  /** The last row of the page; null without rows. */
  readonly lastRecordedAt: Date | null
  readonly lastId: string | null
}

/**
 * A row as PackedIds has it, or NULL if it cannot be packed: another kind, an id that is no UUID as `isUuid` defines it, or a
 * column without a value.
 */
const packed = Prisma.sql`
  uuid_send(CASE r.kind WHEN 'SESSION' THEN r.session_id WHEN 'USER' THEN r.user_id WHEN 'API_KEY' THEN r.api_key_id
    WHEN 'TOKEN' THEN CASE WHEN r.jti ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' THEN r.jti::uuid END END)
  || int8send((extract(epoch FROM r.expires_at) * 1000)::bigint)
  || int4send(CASE r.kind WHEN 'USER' THEN r.minimum_token_version ELSE 0 END)`

/**
 * Reads a page as RevocationStore.listPacked describes it.
 * @throws Error if it has not as many revocations as the database counted: a lost one would be accepted
 */
export async function listPacked(queries: Queries, page: PageQuery): Promise<PackedRevocations> {
  const [row] = await queries.$queryRaw<PackedRow[]>`
    WITH p AS MATERIALIZED (SELECT r.*, ${packed} AS packed FROM (${rowsOfPage(page)}) AS r)
    SELECT ${packedOf('SESSION')} AS sessions, ${packedOf('USER')} AS users, ${packedOf('TOKEN')} AS tokens,
      ${packedOf('API_KEY')} AS "apiKeys", (json_agg(${rowOfPage}) FILTER (WHERE p.packed IS NULL))::text AS others,
      count(*)::int AS count, max(p.recorded_at) AS "lastRecordedAt",
      (SELECT l.id FROM p AS l ORDER BY l.recorded_at DESC, l.id DESC LIMIT 1) AS "lastId" FROM p`
  if (row === undefined) throw new Error('The database returned no page.')
  const [sessions, users] = [bytesOf(row.sessions), bytesOf(row.users)]
  const [tokens, apiKeys] = [bytesOf(row.tokens), bytesOf(row.apiKeys)]
  const others: readonly RevocationRow[] = JSON.parse(row.others ?? '[]')
  const packedBytes = sessions.length + users.length + tokens.length + apiKeys.length
  if (packedBytes !== (row.count - others.length) * packedIdBytes)
    throw new Error('A page of revocations is incomplete.')
  return {
    sessions,
    users,
    tokens,
    apiKeys,
    others: others.flatMap(toRecordedRevocation).map(({ revocation }) => revocation),
    next: row.count < page.limit ? null : lastOf(row),
  }
}

function packedOf(kind: 'SESSION' | 'USER' | 'TOKEN' | 'API_KEY'): Prisma.Sql {
  return Prisma.sql`encode(string_agg(p.packed, '') FILTER (WHERE p.kind = ${kind}::revocation_kind), 'base64')`
}

function bytesOf(base64: string | null): PackedIds {
  return Buffer.from(base64 ?? '', 'base64')
}

function lastOf({ lastRecordedAt, lastId }: PackedRow): PackedRevocations['next'] {
  return lastRecordedAt === null || lastId === null ? null : { recordedAt: lastRecordedAt, id: lastId }
}

import type { Revocation } from '../../../../domain/tokens/revocation.ts'
import type { FeedPosition, RecordedRevocation } from '../../../../domain/tokens/revocation-store.ts'
import { Prisma } from '../../generated/client.ts'

/** A page of the revocations that have not expired at a time, in the order in which they were recorded. */
export interface PageQuery {
  /** The row before the page; null starts at the beginning. */
  readonly after: FeedPosition | null
  readonly now: Date
  readonly limit: number
}

/** A row as JSON: id and time of the record in milliseconds, kind, what is revoked, its expiry, minimum version. */
export type RevocationRow = readonly [
  id: string,
  recordedMs: number,
  kind: Revocation['kind'],
  revokedId: string | null,
  expiresMs: number,
  minimumVersion: number | null,
]

/**
 * Rows of a kind that only a newer version knows, and rows without a column that their kind requires, are left out here, so that a page
 * is full unless it is the last one: readers stop at a page that is not.
 */
const isReadable = Prisma.sql`CASE kind WHEN 'SESSION' THEN session_id IS NOT NULL WHEN 'TOKEN' THEN jti IS NOT NULL
  WHEN 'USER' THEN user_id IS NOT NULL AND minimum_token_version IS NOT NULL WHEN 'API_KEY' THEN api_key_id IS NOT NULL
  WHEN 'ACCESS' THEN minimum_access_version IS NOT NULL
  WHEN 'TENANT' THEN tenant_id IS NOT NULL AND tenant_version IS NOT NULL ELSE FALSE END`

/** A row `p` of a page, as a RevocationRow. */
export const rowOfPage = Prisma.sql`json_build_array(p.id, (extract(epoch FROM p.recorded_at) * 1000)::bigint, p.kind,
  CASE p.kind WHEN 'SESSION' THEN p.session_id::text WHEN 'USER' THEN p.user_id::text WHEN 'TOKEN' THEN p.jti
    WHEN 'API_KEY' THEN p.api_key_id::text WHEN 'ACCESS' THEN json_build_array(p.tenant_id, p.role)::text
    WHEN 'TENANT' THEN json_build_array(p.tenant_id, (extract(epoch FROM p.issued_before) * 1000)::bigint)::text END,
  (extract(epoch FROM p.expires_at) * 1000)::bigint, COALESCE(p.minimum_token_version, p.minimum_access_version, p.tenant_version))`

/** The query of the rows of a page, with all their columns. */
export function rowsOfPage({ after, now, limit }: PageQuery): Prisma.Sql {
  const since =
    after === null
      ? Prisma.sql`TRUE`
      : Prisma.sql`recorded_at >= ${after.recordedAt}::timestamptz
          AND (recorded_at, id) > (${after.recordedAt}::timestamptz, ${after.id}::uuid)`
  return Prisma.sql`SELECT * FROM revocations WHERE ${since} AND ${isReadable} AND expires_at > ${now}::timestamptz
    ORDER BY recorded_at, id LIMIT ${limit}`
}

/** The revocation of a row; none if a column that its kind requires is NULL. */
export function toRecordedRevocation([
  id,
  recordedMs,
  kind,
  revokedId,
  expiresMs,
  minimum,
]: RevocationRow): RecordedRevocation[] {
  const position = { recordedAt: new Date(recordedMs), id }
  const expiresAt = new Date(expiresMs)
  if (revokedId === null) return []
  if (kind === 'SESSION') return [{ position, revocation: { kind, sessionId: revokedId, expiresAt } }]
  if (kind === 'TOKEN') return [{ position, revocation: { kind, tokenId: revokedId, expiresAt } }]
  if (kind === 'API_KEY') return [{ position, revocation: { kind, apiKeyId: revokedId, expiresAt } }]
  if (minimum === null) return []
  if (kind === 'ACCESS') {
    const [tenantId, role]: readonly (string | null)[] = JSON.parse(revokedId)
    if (tenantId === undefined || role === undefined) return []
    return [{ position, revocation: { kind, tenantId, role, minimumAccessVersion: minimum, expiresAt } }]
  }
  if (kind === 'TENANT') {
    const [tenantId, beforeMs]: readonly [string, number | null] = JSON.parse(revokedId)
    const issuedBefore = beforeMs === null ? null : new Date(beforeMs)
    return [{ position, revocation: { kind, tenantId, tenantVersion: minimum, issuedBefore, expiresAt } }]
  }
  return [{ position, revocation: { kind, userId: revokedId, minimumTokenVersion: minimum, expiresAt } }]
}

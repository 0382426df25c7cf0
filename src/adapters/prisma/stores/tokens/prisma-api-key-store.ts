import type { ApiKey } from '../../../../domain/api-keys/api-key.ts'
import type {
  ApiKeyRevocation,
  ApiKeyStore,
  NewApiKey,
  OwnedApiKey,
} from '../../../../domain/api-keys/api-key-store.ts'
import type { StorePage } from '../../../../lib/collections/store-page.ts'
import { type AuditTrail, noTrail } from '../../audit-trail.ts'
import { Prisma } from '../../generated/client.ts'
import { selectOwnerAccess } from '../access/owner-access-rows.ts'
import { lockedUntil as lockedUntilColumn } from '../accounts/user-rows.ts'
import { insertAuditFrom } from '../audit/audit-rows.ts'
import { newestFirst, selectPage } from '../keyset-page.ts'
import type { Queries } from '../queries.ts'
import { acceptsFromOwner } from '../tenant-access.ts'

/** When a key `k` was revoked: by a call, or by the deactivation of the tenant. */
const revokedAt = Prisma.sql`COALESCE(k.revoked_at, (SELECT o.access_from FROM users w JOIN tenants o ON o.id = w.tenant_id
  WHERE w.id = k.user_id AND k.created_at < o.access_from))`

/** Columns of an ApiKey; the alias of the table is `k`. */
const columns = Prisma.sql`k.id, k.user_id AS "userId", k.name, k.prefix, k.permissions, k.rate_limit AS "rateLimit",
  k.created_at AS "createdAt", k.last_used_at AS "lastUsedAt", k.expires_at AS "expiresAt", ${revokedAt} AS "revokedAt"`

/** Whether a key `k` is neither revoked nor expired. */
function isLive(now: Date): Prisma.Sql {
  return Prisma.sql`${revokedAt} IS NULL AND (k.expires_at IS NULL OR k.expires_at > ${now}::timestamptz)`
}

type OwnedRow = ApiKey & Omit<OwnedApiKey['owner'], 'id'>

export class PrismaApiKeyStore implements ApiKeyStore {
  readonly #queries: Queries
  readonly #trail: AuditTrail

  constructor(queries: Queries, trail: AuditTrail = noTrail) {
    this.#queries = queries
    this.#trail = trail
  }

  async insert(key: NewApiKey): Promise<void> {
    await this.#queries.apiKey.create({ data: { ...key, permissions: [...key.permissions] } })
  }

  async countLive(userId: string, now: Date): Promise<number> {
    const [row] = await this.#queries.$queryRaw<{ total: number }[]>`
      SELECT count(*)::int AS total FROM api_keys k
      WHERE k.user_id = ${userId}::uuid AND ${isLive(now)}`
    return row?.total ?? 0
  }

  async findByDigest(digest: Uint8Array<ArrayBuffer>): Promise<OwnedApiKey | null> {
    const [row] = await this.#queries.$queryRaw<OwnedRow[]>`
      SELECT ${columns}, u.tenant_id AS "tenantId", u.role, u.active, u.locked_at AS "lockedAt",
        ${lockedUntilColumn}, u.token_version AS "tokenVersion", u.enrol_factor_by AS "enrolBy",
        (EXISTS (SELECT 1 FROM totp_secrets f WHERE f.user_id = u.id AND f.confirmed_at IS NOT NULL AND f.removed_at IS NULL)
          OR EXISTS (SELECT 1 FROM passkeys p WHERE p.user_id = u.id AND p.removed_at IS NULL)) AS "hasSecondFactor",
        ${selectOwnerAccess(Prisma.sql`u.id`)} AS access
      FROM api_keys k JOIN users u ON u.id = k.user_id WHERE k.digest = ${digest}::bytea`
    if (row === undefined) return null
    const { tenantId, role, active, lockedAt, lockedUntil, tokenVersion, ...rest } = row
    const { hasSecondFactor, access, enrolBy, ...key } = rest
    const state = { role, active, lockedAt, lockedUntil, tokenVersion, hasSecondFactor, access, enrolBy }
    return { key, owner: { id: key.userId, tenantId, ...state } }
  }

  async revoke(
    { apiKeyId, tenantId }: { apiKeyId: string; tenantId: string },
    { now, revokedBy, rememberUntil, audit }: ApiKeyRevocation,
  ): Promise<ApiKey | null> {
    const subject = {
      tenantId: Prisma.sql`${tenantId}::uuid`,
      userId: Prisma.sql`k.user_id`,
      sessionId: Prisma.sql`${audit.sessionId}::uuid`,
    }
    const [key] = await this.#queries.$queryRaw<ApiKey[]>`
      WITH k AS (
        UPDATE api_keys k SET revoked_at = ${now}::timestamptz, revoked_by = ${revokedBy}::uuid
        FROM users u
        WHERE k.id = ${apiKeyId}::uuid AND k.revoked_at IS NULL AND u.id = k.user_id AND u.tenant_id = ${tenantId}::uuid
        RETURNING k.*
      ), revoked AS (
        INSERT INTO revocations (id, kind, api_key_id, recorded_at, expires_at)
        SELECT gen_random_uuid(), 'API_KEY', k.id, clock_timestamp(), ${rememberUntil}::timestamptz FROM k
      ), audited AS (${insertAuditFrom(Prisma.sql`k`, audit, subject)})
      SELECT ${columns} FROM k`
    await this.#trail.note([audit])
    return key ?? null
  }

  async listLive(userId: string, now: Date): Promise<readonly ApiKey[]> {
    return this.#queries.$queryRaw<ApiKey[]>`
      SELECT ${columns} FROM api_keys k WHERE k.user_id = ${userId}::uuid AND ${isLive(now)} ORDER BY k.id`
  }

  async revokeAll(
    userId: string,
    { now, revokedBy }: { now: Date; revokedBy: string | null },
  ): Promise<readonly ApiKey[]> {
    return this.#queries.$queryRaw<ApiKey[]>`
      WITH ended AS (
        UPDATE api_keys k SET revoked_at = ${now}::timestamptz, revoked_by = ${revokedBy}::uuid
        WHERE k.user_id = ${userId}::uuid AND k.revoked_at IS NULL RETURNING k.*
      )
      SELECT ${columns} FROM ended k
      WHERE (k.expires_at IS NULL OR k.expires_at > ${now}::timestamptz)
        AND ${acceptsFromOwner(Prisma.sql`k.user_id`, Prisma.sql`k.created_at`)} ORDER BY k.id`
  }

  async list(userId: string, page: StorePage): Promise<readonly ApiKey[]> {
    const from = Prisma.sql`api_keys k`
    const where = Prisma.sql`k.user_id = ${userId}::uuid`
    const query = selectPage({ columns, from, where, id: Prisma.sql`k.id` }, page)
    return newestFirst(await this.#queries.$queryRaw<ApiKey[]>(query), page)
  }

  async noteUses(uses: readonly { apiKeyId: string; usedAt: Date }[]): Promise<void> {
    const ids = uses.map(({ apiKeyId }) => apiKeyId)
    const times = uses.map(({ usedAt }) => usedAt.toISOString())
    await this.#queries.$executeRaw`
      UPDATE api_keys k SET last_used_at = used.at
      FROM unnest(${ids}::uuid[], ${times}::timestamptz[]) AS used (id, at)
      WHERE k.id = used.id AND (k.last_used_at IS NULL OR k.last_used_at <= used.at - interval '1 minute')`
  }

  async purge(endedBefore: Date, limit: number): Promise<number> {
    return this.#queries.$executeRaw`
      DELETE FROM api_keys WHERE id IN (
        SELECT id FROM api_keys
        WHERE expires_at < ${endedBefore}::timestamptz OR revoked_at < ${endedBefore}::timestamptz LIMIT ${limit}
      )`
  }
}

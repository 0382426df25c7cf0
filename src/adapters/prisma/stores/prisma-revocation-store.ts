import type { RevocableToken, Revocation, RevokedToken } from '../../../domain/tokens/revocation.ts'
import type { FeedPosition, RevocationStore } from '../../../domain/tokens/revocation-store.ts'
import { Prisma } from '../generated/client.ts'
import type { Queries } from './queries.ts'
import { isLive } from './session-rows.ts'

interface RevocationRow {
  readonly id: string
  readonly recordedAt: Date
  readonly kind: Revocation['kind']
  readonly sessionId: string | null
  readonly userId: string | null
  readonly minimumTokenVersion: number | null
  readonly jti: string | null
  readonly apiKeyId: string | null
  readonly expiresAt: Date
}

const columns = Prisma.sql`id, recorded_at AS "recordedAt", kind, session_id AS "sessionId", user_id AS "userId",
  minimum_token_version AS "minimumTokenVersion", jti, api_key_id AS "apiKeyId", expires_at AS "expiresAt"`

export class PrismaRevocationStore implements RevocationStore {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async insert(revocation: Revocation): Promise<void> {
    const sessionId = revocation.kind === 'SESSION' ? revocation.sessionId : null
    const userId = revocation.kind === 'USER' ? revocation.userId : null
    const minimum = revocation.kind === 'USER' ? revocation.minimumTokenVersion : null
    const jti = revocation.kind === 'TOKEN' ? revocation.tokenId : null
    const apiKeyId = revocation.kind === 'API_KEY' ? revocation.apiKeyId : null
    await this.#queries.$executeRaw`
      INSERT INTO revocations (id, kind, session_id, user_id, minimum_token_version, jti, api_key_id, recorded_at, expires_at)
      VALUES (gen_random_uuid(), ${revocation.kind}::revocation_kind, ${sessionId}::uuid, ${userId}::uuid, ${minimum},
        ${jti}, ${apiKeyId}::uuid, clock_timestamp(), ${revocation.expiresAt}::timestamptz)`
  }

  async readClock(): Promise<Date> {
    const [row] = await this.#queries.$queryRaw<{ now: Date }[]>`SELECT clock_timestamp() AS now`
    if (row === undefined) throw new Error('The database returned no time.')
    return row.now
  }

  async insertTokens(tokens: readonly RevokedToken[]): Promise<void> {
    await this.#queries.$executeRaw`
      INSERT INTO revocations (id, kind, jti, tenant_id, user_id, revoked_by, reason, recorded_at, revoked_at, expires_at)
      SELECT gen_random_uuid(), 'TOKEN', t."tokenId", t."tenantId", t."userId", t."actorId", t.reason, clock_timestamp(), t."revokedAt", t."expiresAt"
      FROM jsonb_to_recordset(${JSON.stringify(tokens)}::jsonb) AS t("tokenId" text, "tenantId" uuid, "userId" uuid,
        "actorId" uuid, reason text, "revokedAt" timestamptz, "expiresAt" timestamptz)`
  }

  async findToken(tokenId: string, now: Date): Promise<RevokedToken | null> {
    const [token] = await this.#queries.$queryRaw<RevokedToken[]>`
      SELECT r.jti AS "tokenId", r.tenant_id AS "tenantId", r.user_id AS "userId", r.revoked_by AS "actorId", r.reason,
        COALESCE(r.revoked_at, r.recorded_at) AS "revokedAt", max(r.expires_at) OVER () AS "expiresAt"
      FROM revocations r WHERE r.jti = ${tokenId} AND r.kind = 'TOKEN' AND r.expires_at > ${now}::timestamptz
      ORDER BY COALESCE(r.revoked_at, r.recorded_at) LIMIT 1`
    return token ?? null
  }

  async listPage(after: FeedPosition | null, now: Date, limit: number) {
    const since =
      after === null
        ? Prisma.sql`TRUE`
        : Prisma.sql`recorded_at >= ${after.recordedAt}::timestamptz
            AND (recorded_at, id) > (${after.recordedAt}::timestamptz, ${after.id}::uuid)`
    const rows = await this.#queries.$queryRaw<RevocationRow[]>`
      SELECT ${columns} FROM revocations
      WHERE ${since} AND expires_at > ${now}::timestamptz
      ORDER BY recorded_at, id LIMIT ${limit}`
    return rows.flatMap((row) => {
      const position = { recordedAt: row.recordedAt, id: row.id }
      return toRevocation(row).map((revocation) => ({ position, revocation }))
    })
  }

  async isRevoked(token: RevocableToken, now: Date): Promise<boolean> {
    const [row] = await this.#queries.$queryRaw<{ accepted: boolean }[]>`
      SELECT NOT EXISTS (SELECT 1 FROM revocations r WHERE r.jti = ${token.tokenId}) AS accepted
      FROM sessions s JOIN users u ON u.id = s.user_id
      WHERE s.id = ${token.sessionId}::uuid AND u.id = ${token.userId}::uuid AND ${isLive(now)}
        AND u.active AND u.token_version <= ${token.tokenVersion}`
    return row?.accepted !== true
  }

  async purge(expiredBefore: Date, limit: number): Promise<number> {
    return this.#queries.$executeRaw`
      DELETE FROM revocations WHERE id IN (
        SELECT id FROM revocations WHERE expires_at < ${expiredBefore}::timestamptz LIMIT ${limit}
      )`
  }
}

function toRevocation(row: RevocationRow): Revocation[] {
  const { kind, sessionId, userId, minimumTokenVersion, jti, apiKeyId, expiresAt } = row
  if (kind === 'SESSION' && sessionId !== null) return [{ kind, sessionId, expiresAt }]
  if (kind === 'TOKEN' && jti !== null) return [{ kind, tokenId: jti, expiresAt }]
  if (kind === 'API_KEY' && apiKeyId !== null) return [{ kind, apiKeyId, expiresAt }]
  if (kind === 'USER' && userId !== null && minimumTokenVersion !== null) {
    return [{ kind, userId, minimumTokenVersion, expiresAt }]
  }
  return []
}

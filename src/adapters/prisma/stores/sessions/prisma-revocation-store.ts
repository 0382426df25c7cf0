import type { RevocableToken, Revocation, RevokedToken } from '../../../../domain/tokens/revocation.ts'
import type { FeedPosition, RevocationStore } from '../../../../domain/tokens/revocation-store.ts'
import { BatchedReads } from '../../../../lib/concurrency/batched-reads.ts'
import { isUuid } from '../../../../lib/ids/uuid.ts'
import { Prisma } from '../../generated/client.ts'
import type { Queries } from '../queries.ts'
import { listPacked } from './packed-revocations.ts'
import {
  type PageQuery,
  type RevocationRow,
  rowOfPage,
  rowsOfPage,
  toRecordedRevocation,
} from './revocation-rows.ts'
import { isLiveAt } from './session-rows.ts'

export class PrismaRevocationStore implements RevocationStore {
  readonly #queries: Queries
  /** If the lists of processes are outdated, every request checks its token: together they need few connections. */
  readonly #checks: BatchedReads<TokenCheck, ReadonlySet<TokenCheck>>

  constructor(queries: Queries) {
    this.#queries = queries
    this.#checks = new BatchedReads((checks) => findAccepted(queries, checks), checkLimits)
  }

  async insert(revocation: Revocation, tokenTenantId: string | null = null): Promise<void> {
    const sessionId = revocation.kind === 'SESSION' ? revocation.sessionId : null
    const userId = revocation.kind === 'USER' ? revocation.userId : null
    const minimum = revocation.kind === 'USER' ? revocation.minimumTokenVersion : null
    const jti = revocation.kind === 'TOKEN' ? revocation.tokenId : null
    const apiKeyId = revocation.kind === 'API_KEY' ? revocation.apiKeyId : null
    const access = revocation.kind === 'ACCESS' ? revocation : null
    const tenant = revocation.kind === 'TENANT' ? revocation : null
    const tenantId = (access ?? tenant)?.tenantId ?? tokenTenantId
    const tenantOfRow =
      userId === null
        ? Prisma.sql`${tenantId}::uuid`
        : Prisma.sql`(SELECT u.tenant_id FROM users u WHERE u.id = ${userId}::uuid)`
    await this.#queries.$executeRaw`
      INSERT INTO revocations (id, kind, session_id, user_id, minimum_token_version, jti, api_key_id, tenant_id, role,
        minimum_access_version, tenant_version, issued_before, recorded_at, expires_at)
      VALUES (gen_random_uuid(), ${revocation.kind}::revocation_kind, ${sessionId}::uuid, ${userId}::uuid, ${minimum},
        ${jti}, ${apiKeyId}::uuid, ${tenantOfRow}, ${access?.role ?? null}::text,
        ${access?.minimumAccessVersion ?? null}::int, ${tenant?.tenantVersion ?? null}::int,
        ${tenant?.issuedBefore ?? null}::timestamptz, clock_timestamp(), ${revocation.expiresAt}::timestamptz)`
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

  /** `recorded_at` leads to few rows by its index; it is rounded, so it can be a little before the transaction. */
  async postpone(): Promise<void> {
    await this.#queries.$executeRaw`
      UPDATE revocations SET recorded_at = clock_timestamp(), expires_at = expires_at + (clock_timestamp() - now())
      WHERE recorded_at >= now() - interval '1 second' AND xmin = pg_current_xact_id()::xid`
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
    return (await this.#readPage<RevocationRow>({ after, now, limit, row: rowOfPage })).flatMap(
      toRecordedRevocation,
    )
  }

  async listPageOfFeed(after: FeedPosition | null, now: Date, limit: number) {
    const row = Prisma.sql`json_build_array(${rowOfPage}, p.tenant_id)`
    const rows = await this.#readPage<readonly [RevocationRow, string | null]>({ after, now, limit, row })
    return rows.flatMap(([recorded, tenantId]) =>
      toRecordedRevocation(recorded).map((one) => ({ ...one, tenantId })),
    )
  }

  async listPacked(after: FeedPosition | null, now: Date, limit: number) {
    return listPacked(this.#queries, { after, now, limit })
  }

  async #readPage<Row>({ row, ...page }: PageQuery & { readonly row: Prisma.Sql }): Promise<readonly Row[]> {
    // One text is read several times faster than as many rows.
    const [found] = await this.#queries.$queryRaw<{ rows: string | null }[]>`
      SELECT json_agg(${row} ORDER BY p.recorded_at, p.id)::text AS rows FROM (${rowsOfPage(page)}) AS p`
    return JSON.parse(found?.rows ?? '[]')
  }

  async isRevoked(token: RevocableToken, now: Date): Promise<boolean> {
    if (!isUuid(token.sessionId) || !isUuid(token.userId)) return true
    const check = { token, now }
    return !(await this.#checks.request(check)).has(check)
  }

  async purge(expiredBefore: Date, limit: number): Promise<number> {
    return this.#queries.$executeRaw`
      DELETE FROM revocations WHERE id IN (
        SELECT id FROM revocations WHERE expires_at < ${expiredBefore}::timestamptz LIMIT ${limit}
      )`
  }
}

/** A token that is checked in the database. */
interface TokenCheck {
  readonly token: RevocableToken
  readonly now: Date
}

/** Tokens that one statement checks, and statements that run at a time. */
const checkLimits = { maxItems: 200, maxRunning: 2 }

/** Those of the checked tokens that are accepted. */
async function findAccepted(
  queries: Queries,
  checks: readonly TokenCheck[],
): Promise<ReadonlySet<TokenCheck>> {
  const tokens = checks.map(({ token, now }, place) => ({ ...token, now, place }))
  const rows = await queries.$queryRaw<{ place: number }[]>`
    SELECT t.place FROM jsonb_to_recordset(${JSON.stringify(tokens)}::jsonb) AS t(place int, "tokenId" text, "sessionId" uuid,
        "userId" uuid, "tokenVersion" int, "tenantId" uuid, "accessRoles" text[], "accessVersion" int, now timestamptz)
      JOIN sessions s ON s.id = t."sessionId" AND s.user_id = t."userId" JOIN users u ON u.id = s.user_id
    WHERE ${isLiveAt(Prisma.sql`t.now`)} AND u.active AND u.token_version <= t."tokenVersion"
      AND NOT EXISTS (SELECT 1 FROM revocations r WHERE r.jti = t."tokenId") AND ${hasCurrentAccess}`
  return new Set(rows.flatMap(({ place }) => checks[place] ?? []))
}

/** Whether no change of roles refuses the token `t`. Expired revocations count, too: they are still true. */
const hasCurrentAccess = Prisma.sql`(t."accessVersion" IS NULL OR NOT EXISTS (
  SELECT 1 FROM revocations a WHERE a.minimum_access_version > t."accessVersion"
    AND (a.tenant_id IS NULL OR a.tenant_id = t."tenantId") AND (a.role IS NULL OR a.role = ANY(t."accessRoles"))))`

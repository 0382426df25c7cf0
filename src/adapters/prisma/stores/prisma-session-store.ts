import type { AuditEvent } from '../../../domain/audit/audit-event.ts'
import type { Session } from '../../../domain/sessions/session.ts'
import type {
  NewSession,
  PastSession,
  RaisedSignal,
  Rotation,
  SessionRevocation,
  SessionStore,
  SessionUse,
} from '../../../domain/sessions/session-store.ts'
import type { User } from '../../../domain/users/user.ts'
import type { StorePage } from '../../../lib/store-page.ts'
import { Prisma } from '../generated/client.ts'
import { insertAuditFrom } from './audit-rows.ts'
import { newestFirst, selectPage } from './keyset-page.ts'
import type { Queries } from './queries.ts'
import {
  deviceColumns,
  isAllowed,
  isLive,
  type OwnerRow,
  type PastRow,
  type SessionRow,
  sessionColumns,
  toOwner,
  toPastSession,
  toSession,
} from './session-rows.ts'
import {
  noteSessionUses,
  openSession,
  raiseOnSession,
  revokeSessions,
  rotateSession,
} from './session-statements.ts'

export class PrismaSessionStore implements SessionStore {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async open(session: NewSession, seenTokenVersion: number, audit: AuditEvent): Promise<User | null> {
    const [user] = await this.#queries.$queryRaw<User[]>(openSession(session, seenTokenVersion, audit))
    return user ?? null
  }

  async rotate(rotation: Rotation) {
    return this.#advanceIf(rotation, Prisma.sql`s.generation = ${rotation.generation}`)
  }

  async advance(rotation: Rotation) {
    return this.#advanceIf(rotation, Prisma.sql`s.generation <= ${rotation.generation}`)
  }

  async #advanceIf(rotation: Rotation, condition: Prisma.Sql) {
    const [row] = await this.#queries.$queryRaw<(SessionRow & OwnerRow)[]>(rotateSession(rotation, condition))
    if (row === undefined) return null
    const { role, tokenVersion, ...session } = row
    return { session: toSession(session), owner: toOwner({ role, tokenVersion }) }
  }

  async findByFamily(familyHash: Uint8Array<ArrayBuffer>, now: Date) {
    const [row] = await this.#queries.$queryRaw<(SessionRow & OwnerRow & { allowed: boolean })[]>`
      SELECT ${sessionColumns}, u.role, u.token_version AS "tokenVersion", ${isAllowed(Prisma.sql`${now}::timestamptz`)} AS allowed
      FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.family_hash = ${familyHash}::bytea`
    if (row === undefined) return null
    const { role, tokenVersion, allowed, ...session } = row
    return { session: toSession(session), owner: { ...toOwner({ role, tokenVersion }), allowed } }
  }

  async renewFamily(change: { sessionId: string; familyHash: Uint8Array<ArrayBuffer>; authTime: Date }) {
    const { sessionId, familyHash, authTime } = change
    const changed = await this.#queries.$executeRaw`
      UPDATE sessions s SET family_hash = ${familyHash}::bytea, generation = 0, previous_at = NULL, rotated_by = NULL,
        earlier_rotations = '[]', seen_generation = NULL,
        auth_time = ${authTime}::timestamptz
      WHERE s.id = ${sessionId}::uuid AND ${isLive(authTime)}`
    return changed === 1
  }

  async revokeOne(
    target: { sessionId: string; userId: string },
    revocation: SessionRevocation,
  ): Promise<Session | null> {
    const condition = Prisma.sql`s.id = ${target.sessionId}::uuid AND s.user_id = ${target.userId}::uuid`
    const [row] = await this.#queries.$queryRaw<SessionRow[]>(revokeSessions(condition, revocation))
    return row === undefined ? null : toSession(row)
  }

  async revokeAll(target: { userId: string; exceptSessionId: string | null }, revocation: SessionRevocation) {
    const condition = Prisma.sql`s.user_id = ${target.userId}::uuid AND s.id IS DISTINCT FROM ${target.exceptSessionId}::uuid`
    const rows = await this.#queries.$queryRaw<SessionRow[]>(revokeSessions(condition, revocation))
    return rows.map((row) => row.id)
  }

  async revokeOldest({ userId, keep }: { userId: string; keep: number }, revocation: SessionRevocation) {
    const condition = Prisma.sql`s.id IN (
      SELECT s.id FROM sessions s WHERE s.user_id = ${userId}::uuid AND ${isLive(revocation.now)}
      ORDER BY s.id DESC OFFSET ${keep})`
    const rows = await this.#queries.$queryRaw<SessionRow[]>(revokeSessions(condition, revocation))
    return rows.map((row) => row.id)
  }

  async raise(sessionId: string, raised: RaisedSignal, audit: AuditEvent): Promise<boolean> {
    const rows = await this.#queries.$queryRaw<{ id: string }[]>(raiseOnSession(sessionId, raised, audit))
    return rows.length > 0
  }

  async rename(
    target: { sessionId: string; userId: string; name: string },
    now: Date,
    audit: AuditEvent,
  ): Promise<Session | null> {
    const { sessionId, userId, name } = target
    const subject = {
      tenantId: Prisma.sql`s.tenant_id`,
      userId: Prisma.sql`s.user_id`,
      sessionId: Prisma.sql`s.id`,
    }
    const [row] = await this.#queries.$queryRaw<SessionRow[]>`
      WITH s AS (
        UPDATE sessions s SET device_name = ${name}
        WHERE s.id = ${sessionId}::uuid AND s.user_id = ${userId}::uuid AND ${isLive(now)} RETURNING *
      ), audited AS (${insertAuditFrom(Prisma.sql`s`, audit, subject)})
      SELECT ${sessionColumns} FROM s`
    return row === undefined ? null : toSession(row)
  }

  async noteUses(uses: readonly SessionUse[]): Promise<readonly string[]> {
    const rows = await this.#queries.$queryRaw<{ id: string }[]>(noteSessionUses(uses))
    return rows.map(({ id }) => id)
  }

  async findLive(sessionId: string, now: Date): Promise<Session | null> {
    const [row] = await this.#queries.$queryRaw<SessionRow[]>`
      SELECT ${sessionColumns} FROM sessions s WHERE s.id = ${sessionId}::uuid AND ${isLive(now)}`
    return row === undefined ? null : toSession(row)
  }

  async findOwn(sessionId: string, userId: string): Promise<Session | null> {
    const [row] = await this.#queries.$queryRaw<SessionRow[]>`
      SELECT ${sessionColumns} FROM sessions s WHERE s.id = ${sessionId}::uuid AND s.user_id = ${userId}::uuid`
    return row === undefined ? null : toSession(row)
  }

  async listPast(userId: string, limit: number): Promise<readonly PastSession[]> {
    const rows = await this.#queries.$queryRaw<PastRow[]>`
      SELECT s.created_at AS "createdAt", s.network, s.country, s.latitude, s.longitude,
        s.revoked_reason AS "revokedReason", ${deviceColumns}
      FROM sessions s WHERE s.user_id = ${userId}::uuid ORDER BY s.id DESC LIMIT ${limit}`
    return rows.map(toPastSession)
  }

  async listLive(userId: string, page: StorePage, now: Date): Promise<readonly Session[]> {
    const from = Prisma.sql`sessions s`
    const where = Prisma.sql`s.user_id = ${userId}::uuid AND ${isLive(now)}`
    const query = selectPage({ columns: sessionColumns, from, where, id: Prisma.sql`s.id` }, page)
    const rows = await this.#queries.$queryRaw<SessionRow[]>(query)
    return newestFirst(rows, page).map(toSession)
  }

  async listRevoked(userId: string, sessionIds: readonly string[]): Promise<readonly string[]> {
    const rows = await this.#queries.$queryRaw<{ id: string }[]>`
      SELECT s.id FROM sessions s
      WHERE s.user_id = ${userId}::uuid AND s.id = ANY(${sessionIds}::uuid[]) AND s.revoked_at IS NOT NULL`
    return rows.map(({ id }) => id)
  }

  async countLive(userId: string, now: Date): Promise<number> {
    const [row] = await this.#queries.$queryRaw<{ total: number }[]>`
      SELECT count(*)::int AS total FROM sessions s WHERE s.user_id = ${userId}::uuid AND ${isLive(now)}`
    return row?.total ?? 0
  }

  async purge(endedBefore: Date, limit: number): Promise<number> {
    return this.#queries.$executeRaw`
      DELETE FROM sessions WHERE id IN (
        SELECT id FROM sessions WHERE expires_at < ${endedBefore}::timestamptz LIMIT ${limit} FOR UPDATE SKIP LOCKED
      )`
  }
}

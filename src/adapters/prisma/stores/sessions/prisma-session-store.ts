import type { AuditEvent } from '../../../../domain/audit/audit-event.ts'
import type { Session } from '../../../../domain/sessions/session.ts'
import type {
  NewSession,
  PastSession,
  RaisedSignal,
  Rotation,
  SeenAccount,
  SessionRevocation,
  SessionStore,
  SessionUse,
  SignedInUser,
  SignIn,
} from '../../../../domain/sessions/session-store.ts'
import type { User } from '../../../../domain/users/user.ts'
import type { StorePage } from '../../../../lib/collections/store-page.ts'
import { type AuditTrail, noTrail } from '../../audit-trail.ts'
import { Prisma } from '../../generated/client.ts'
import { type AccessRow, accessColumns, type OwnerRow, toOwner } from '../access/owner-rows.ts'
import { insertAuditFrom } from '../audit/audit-rows.ts'
import { newestFirst, selectPage } from '../keyset-page.ts'
import { type FrequentQueries, type Queries, unprepared } from '../queries.ts'
import { estimateLiveSessions } from './live-sessions.ts'
import { SessionRotation } from './session-rotation.ts'
import {
  hasTenant,
  isAllowed,
  isLive,
  type PastRow,
  type SessionRow,
  selectPastSessions,
  sessionColumns,
  subjectOfSession,
  toPastSession,
  toSession,
} from './session-rows.ts'
import { openSession, SessionSignIn } from './session-sign-in.ts'
import { noteSessionUses, raiseOnSession, renewSession, revokeSessions } from './session-statements.ts'

/** The expression of `sessions_expiry_hour_idx`. */
const expiryHour = Prisma.sql`date_trunc('hour', expires_at AT TIME ZONE 'UTC')`

export interface SessionStoreOptions {
  readonly frequent?: FrequentQueries
  readonly trail?: AuditTrail
  /** The members of the metadata that tokens contain. */
  readonly claimKeys?: readonly string[]
}

export class PrismaSessionStore implements SessionStore {
  readonly #queries: Queries
  readonly #trail: AuditTrail
  readonly #frequent: FrequentQueries
  readonly #claimKeys: readonly string[]
  /** Composed at the first use, because each transaction has a store of its own, and few rotate. */
  #rotation: SessionRotation | null = null
  #signIn: SessionSignIn | null = null

  constructor(queries: Queries, options: SessionStoreOptions = {}) {
    const { frequent = unprepared(queries), trail = noTrail, claimKeys = [] } = options
    this.#queries = queries
    this.#frequent = frequent
    this.#trail = trail
    this.#claimKeys = claimKeys
  }

  async open(session: NewSession, seen: SeenAccount, audit: AuditEvent): Promise<SignedInUser | null> {
    const statement = openSession(session, seen, audit, this.#claimKeys)
    const [row] = await this.#frequent.run<SignedInRow>(statement)
    await this.#trail.note([audit])
    return row === undefined ? null : toSignedIn(row)
  }

  async signIn(signIn: SignIn) {
    this.#signIn ??= new SessionSignIn(this.#claimKeys)
    const statement = this.#signIn.statement(signIn)
    const [row] = await this.#frequent.run<SignedInRow & { ended: string[] }>(statement)
    if (row === undefined) return null
    const { audit, replaced, limit } = signIn
    const ends = [replaced?.revocation, limit.evict].flatMap((end) => end?.audit ?? [])
    await this.#trail.note([audit, ...ends])
    const { ended, ...signedIn } = row
    return { ...toSignedIn(signedIn), ended }
  }

  async rotate(rotation: Rotation) {
    return this.#rotate(rotation, true)
  }

  async advance(rotation: Rotation) {
    return this.#rotate(rotation, false)
  }

  async #rotate(rotation: Rotation, isExact: boolean) {
    this.#rotation ??= new SessionRotation(this.#claimKeys)
    const statement = this.#rotation.statement(rotation, isExact)
    const [row] = await this.#frequent.run<SessionRow & OwnerRow>(statement)
    if (row === undefined) return null
    await this.#trail.note([rotation.audit])
    return toOwned(row)
  }

  async findByFamily(familyHash: Uint8Array<ArrayBuffer>, now: Date) {
    const [row] = await this.#queries.$queryRaw<(SessionRow & OwnerRow & { allowed: boolean })[]>`
      SELECT ${sessionColumns}, u.role, u.token_version AS "tokenVersion",
        ${accessColumns(Prisma.sql`u`, Prisma.sql`u.id`, this.#claimKeys)}, ${isAllowed(Prisma.sql`${now}::timestamptz`)} AND ${hasTenant} AS allowed
      FROM sessions s JOIN users u ON u.id = s.user_id WHERE s.family_hash = ${familyHash}::bytea`
    if (row === undefined) return null
    const { session, owner } = toOwned(row)
    return { session, owner: { ...owner, allowed: row.allowed } }
  }

  async renewFamily(change: Parameters<SessionStore['renewFamily']>[0]) {
    const statement = renewSession(change, this.#claimKeys)
    const [row] = await this.#queries.$queryRaw<(SessionRow & OwnerRow)[]>(statement)
    return row === undefined ? null : toOwned(row)
  }

  async revokeOne(
    target: { sessionId: string; userId: string },
    revocation: SessionRevocation,
  ): Promise<Session | null> {
    const condition = Prisma.sql`s.id = ${target.sessionId}::uuid AND s.user_id = ${target.userId}::uuid`
    const [row] = await this.#revoke(condition, revocation)
    return row === undefined ? null : toSession(row)
  }

  async revokeAll(target: { userId: string; exceptSessionId: string | null }, revocation: SessionRevocation) {
    const condition = Prisma.sql`s.user_id = ${target.userId}::uuid AND s.id IS DISTINCT FROM ${target.exceptSessionId}::uuid`
    const rows = await this.#revoke(condition, revocation)
    return rows.map((row) => row.id)
  }

  async revokeOldest({ userId, keep }: { userId: string; keep: number }, revocation: SessionRevocation) {
    const condition = Prisma.sql`s.id IN (
      SELECT s.id FROM sessions s WHERE s.user_id = ${userId}::uuid AND ${isLive(revocation.now)}
      ORDER BY s.id DESC OFFSET ${keep})`
    const rows = await this.#revoke(condition, revocation)
    return rows.map((row) => row.id)
  }

  async #revoke(condition: Prisma.Sql, revocation: SessionRevocation): Promise<readonly SessionRow[]> {
    const rows = await this.#queries.$queryRaw<SessionRow[]>(revokeSessions(condition, revocation))
    if (rows.length > 0) await this.#trail.note([revocation.audit])
    return rows
  }

  async raise(sessionId: string, raised: RaisedSignal, audit: AuditEvent): Promise<boolean> {
    const rows = await this.#queries.$queryRaw<{ id: string }[]>(raiseOnSession(sessionId, raised, audit))
    if (rows.length > 0) await this.#trail.note([audit])
    return rows.length > 0
  }

  async rename(
    target: { sessionId: string; userId: string; name: string },
    now: Date,
    audit: AuditEvent,
  ): Promise<Session | null> {
    const { sessionId, userId, name } = target
    const [row] = await this.#queries.$queryRaw<SessionRow[]>`
      WITH s AS (
        UPDATE sessions s SET device_name = ${name}
        WHERE s.id = ${sessionId}::uuid AND s.user_id = ${userId}::uuid AND ${isLive(now)} RETURNING *
      ), audited AS (${insertAuditFrom(Prisma.sql`s`, audit, subjectOfSession(Prisma.sql`s`))})
      SELECT ${sessionColumns} FROM s`
    await this.#trail.note([audit])
    return row === undefined ? null : toSession(row)
  }

  estimateLive(now: Date): Promise<number> {
    return estimateLiveSessions(this.#queries, now)
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
    const rows = await this.#frequent.run<PastRow>(selectPastSessions(userId, limit))
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

  async endBy(userId: string, until: Date): Promise<void> {
    await this.#queries.session.updateMany({
      where: { userId, revokedAt: null, expiresAt: { gt: until } },
      data: { expiresAt: until },
    })
  }

  async liftDeadline(sessionId: string, until: Date, now: Date): Promise<void> {
    await this.#queries.$executeRaw`
      UPDATE sessions s SET expires_at = ${until}::timestamptz,
        idle_expires_at = LEAST(${now}::timestamptz + s.idle_seconds * interval '1 second', ${until}::timestamptz)
      FROM users u
      WHERE s.id = ${sessionId}::uuid AND u.id = s.user_id AND s.expires_at = u.enrol_factor_by AND ${isLive(now)}`
  }

  async purge(endedBefore: Date, limit: number): Promise<number> {
    return this.#queries.$executeRaw`
      DELETE FROM sessions WHERE id IN (
        SELECT id FROM sessions WHERE expires_at < ${endedBefore}::timestamptz
          AND ${expiryHour} <= date_trunc('hour', ${endedBefore}::timestamptz AT TIME ZONE 'UTC')
        LIMIT ${limit} FOR UPDATE SKIP LOCKED
      )`
  }
}

type SignedInRow = User & AccessRow

function toSignedIn({ access, claimMetadata = {}, ...user }: SignedInRow): SignedInUser {
  const { role, tokenVersion } = user
  return { user, owner: toOwner({ role, tokenVersion, access, claimMetadata }) }
}

function toOwned(row: SessionRow & OwnerRow) {
  return { session: toSession(row), owner: toOwner(row) }
}

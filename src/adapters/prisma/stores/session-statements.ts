import type { AuditEvent } from '../../../domain/audit/audit-event.ts'
import { maxRotations } from '../../../domain/sessions/session.ts'
import type {
  NewSession,
  RaisedSignal,
  Rotation,
  SessionRevocation,
  SessionUse,
} from '../../../domain/sessions/session-store.ts'
import { Prisma } from '../generated/client.ts'
import { insertAuditFrom, subjectOf } from './audit-rows.ts'
import { isAllowed, isLive, sessionColumns } from './session-rows.ts'
import { userColumns } from './user-rows.ts'

/** The subject of an audit row about a session that the statement selects. */
const subjectOfSession = (source: Prisma.Sql) => ({
  tenantId: Prisma.sql`${source}.tenant_id`,
  userId: Prisma.sql`${source}.user_id`,
  sessionId: Prisma.sql`${source}.id`,
})

/**
 * Counts the sign-in and inserts the session and its audit row. The token version is compared on the locked row: if the
 * password changes while this login compares hashes, the login fails and the change stands.
 */
export function openSession(session: NewSession, seenTokenVersion: number, audit: AuditEvent): Prisma.Sql {
  const { device, profile, place } = session
  return Prisma.sql`
    WITH u AS (
      UPDATE users SET last_login_at = ${session.createdAt}::timestamptz, login_count = login_count + 1
      WHERE id = ${session.userId}::uuid AND active AND token_version = ${seenTokenVersion}
      RETURNING *
    ), s AS (
      INSERT INTO sessions (id, tenant_id, user_id, family_hash, transport, ip_address, user_agent, device_name,
        device_browser, device_os, device_type, fingerprint_digest, device_platform, device_language, network, country,
        latitude, longitude, risk_signals, risk_score, remember_me, idle_seconds, auth_time, amr, created_at,
        last_used_at, idle_expires_at, expires_at)
      SELECT ${session.id}::uuid, u.tenant_id, u.id, ${session.familyHash}::bytea, ${session.transport}::token_transport,
        ${session.ipAddress}::inet, ${session.userAgent}, ${device.name}, ${device.browser}, ${device.os}, ${device.type},
        ${profile.fingerprint}::bytea, ${profile.platform}, ${profile.language}, ${session.network},
        ${place?.country ?? null}, ${place?.latitude ?? null}::float8, ${place?.longitude ?? null}::float8,
        ${[...session.riskSignals]}::text[], ${session.riskScore}, ${session.rememberMe}, ${session.idleSeconds},
        ${session.authTime}::timestamptz, ${[...session.amr]}::text[], ${session.createdAt}::timestamptz,
        ${session.lastUsedAt}::timestamptz, ${session.idleExpiresAt}::timestamptz, ${session.expiresAt}::timestamptz
      FROM u RETURNING *
    ), audited AS (${insertAuditFrom(Prisma.sql`s`, audit, subjectOfSession(Prisma.sql`s`))})
    SELECT ${userColumns} FROM u`
}

/**
 * Advances a session to the generation after the presented one, if its generation satisfies the condition. The lifetime
 * of an administrator's session is limited here, because its owner may have become an administrator after signing in.
 */
export function rotateSession(rotation: Rotation, generationCondition: Prisma.Sql): Prisma.Sql {
  const now = Prisma.sql`${rotation.now}::timestamptz`
  const { idleSeconds, maxSeconds } = rotation.privileged
  const end = Prisma.sql`CASE WHEN u.role = 'ADMIN' THEN LEAST(s.expires_at, s.auth_time + ${maxSeconds} * interval '1 second')
    ELSE s.expires_at END`
  const idle = Prisma.sql`CASE WHEN u.role = 'ADMIN' THEN LEAST(s.idle_seconds, ${idleSeconds}) ELSE s.idle_seconds END`
  const session =
    rotation.sessionId === null ? Prisma.sql`TRUE` : Prisma.sql`s.id = ${rotation.sessionId}::uuid`
  return Prisma.sql`
    WITH s AS (
      UPDATE sessions s SET generation = ${rotation.generation + 1},
        previous_at = GREATEST(${now}, clock_timestamp()), rotated_by = ${rotation.device}::bytea,
        earlier_rotations = ${earlierRotations(rotation)}, last_used_at = ${now}, ip_address = ${rotation.ipAddress}::inet,
        user_agent = ${rotation.userAgent}, expires_at = ${end},
        idle_expires_at = LEAST(${now} + ${idle} * interval '1 second', ${end})
      FROM users u
      WHERE s.family_hash = ${rotation.familyHash}::bytea AND ${generationCondition} AND ${session}
        AND s.transport::text = ANY(${[...rotation.transports]}::text[])
        AND ${isLive(rotation.now)} AND ${end} > ${now} AND u.id = s.user_id AND ${isAllowed(now)}
      RETURNING s.*, u.role, u.token_version
    ), audited AS (${insertAuditFrom(Prisma.sql`s`, rotation.audit, subjectOfSession(Prisma.sql`s`))})
    SELECT ${sessionColumns}, s.role, s.token_version AS "tokenVersion" FROM s`
}

/** The rotation that created the present generation of session `s`, before the earlier ones. None if the token is ahead. */
function earlierRotations(rotation: Rotation): Prisma.Sql {
  return Prisma.sql`CASE
    WHEN s.generation <> ${rotation.generation} OR s.previous_at IS NULL OR s.rotated_by IS NULL THEN '[]'::jsonb
    ELSE (jsonb_build_array(jsonb_build_object('generation', s.generation,
      'at', (extract(epoch FROM s.previous_at) * 1000)::bigint, 'device', encode(s.rotated_by, 'hex')))
      || s.earlier_rotations) - ${maxRotations - 1}::int END`
}

/** Ends the live sessions that satisfy the condition, stores their revocations, and writes one audit row if any ended. */
export function revokeSessions(condition: Prisma.Sql, revocation: SessionRevocation): Prisma.Sql {
  const { now, revokedBy, reason, rememberUntil, audit, raises } = revocation
  const signalChange = raises === undefined ? Prisma.empty : Prisma.sql`, ${raiseSignal(raises)}`
  const subject = {
    ...subjectOf(audit),
    details: Prisma.sql`${JSON.stringify(audit.details)}::jsonb || jsonb_build_object('revokedSessions', ended.total)`,
  }
  return Prisma.sql`
    WITH s AS (
      UPDATE sessions s SET revoked_at = ${now}::timestamptz, revoked_by = ${revokedBy}::uuid, revoked_reason = ${reason}${signalChange}
      WHERE ${condition} AND ${isLive(now)} RETURNING *
    ), revoked AS (
      INSERT INTO revocations (id, kind, session_id, recorded_at, expires_at)
      SELECT gen_random_uuid(), 'SESSION', s.id, clock_timestamp(), ${rememberUntil}::timestamptz FROM s
    ), ended AS (
      SELECT count(*) AS total FROM s HAVING count(*) > 0
    ), audited AS (${insertAuditFrom(Prisma.sql`ended`, audit, subject)})
    SELECT ${sessionColumns} FROM s`
}

/** Adds a risk signal to a session that does not have it, and writes the audit row if it was added. */
export function raiseOnSession(sessionId: string, raised: RaisedSignal, audit: AuditEvent): Prisma.Sql {
  return Prisma.sql`
    WITH s AS (
      UPDATE sessions s SET ${raiseSignal(raised)}
      WHERE s.id = ${sessionId}::uuid AND NOT ${raised.signal}::text = ANY(s.risk_signals) RETURNING *
    ), audited AS (${insertAuditFrom(Prisma.sql`s`, audit, subjectOfSession(Prisma.sql`s`))})
    SELECT s.id FROM s`
}

/** SET assignments that add a signal to a session `s`; they change nothing if it has the signal. */
function raiseSignal({ signal, weight }: RaisedSignal): Prisma.Sql {
  const known = Prisma.sql`${signal}::text = ANY(s.risk_signals)`
  return Prisma.sql`
    risk_signals = CASE WHEN ${known} THEN s.risk_signals ELSE array_append(s.risk_signals, ${signal}::text) END,
    risk_score = CASE WHEN ${known} THEN s.risk_score ELSE LEAST(100, s.risk_score + ${weight}::int) END`
}

/**
 * Skips rows that another statement has locked, so that it never waits and cannot be part of a deadlock. A token that
 * does not name its generation counts as one of the present generation.
 */
export function noteSessionUses(uses: readonly SessionUse[]): Prisma.Sql {
  const ids = uses.map(({ sessionId }) => sessionId)
  const generations = uses.map(({ generation }) => generation)
  const times = uses.map(({ usedAt }) => usedAt.toISOString())
  return Prisma.sql`
    WITH used AS (
      SELECT * FROM unnest(${ids}::uuid[], ${generations}::int[], ${times}::timestamptz[]) AS used (id, generation, at)
    ), present AS (
      SELECT s.id, s.generation FROM sessions s WHERE s.id = ANY(${ids}::uuid[]) FOR NO KEY UPDATE SKIP LOCKED
    ), latest AS (
      SELECT p.id, max(used.at) AS at, bool_or(COALESCE(used.generation, p.generation) = p.generation) AS seen
      FROM present p JOIN used ON used.id = p.id GROUP BY p.id
    ), noted AS (
      UPDATE sessions s SET last_used_at = GREATEST(s.last_used_at, latest.at),
        seen_generation = CASE WHEN latest.seen THEN s.generation ELSE s.seen_generation END
      FROM latest WHERE s.id = latest.id AND (s.last_used_at <= latest.at - interval '1 minute'
        OR (latest.seen AND s.seen_generation IS DISTINCT FROM s.generation))
    )
    SELECT id FROM present`
}

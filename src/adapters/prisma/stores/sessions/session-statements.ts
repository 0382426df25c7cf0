import type { AuditEvent } from '../../../../domain/audit/audit-event.ts'
import { authenticationMethods, proofEffects } from '../../../../domain/sessions/assurance.ts'
import type {
  RaisedSignal,
  SessionRevocation,
  SessionStore,
  SessionUse,
} from '../../../../domain/sessions/session-store.ts'
import { Prisma } from '../../generated/client.ts'
import { accessColumns } from '../access/owner-rows.ts'
import { insertAuditFrom, subjectOf } from '../audit/audit-rows.ts'
import { isLive, sessionColumns, subjectOfSession } from './session-rows.ts'

const user = Prisma.sql`u`
const userId = Prisma.sql`u.id`

/** Records a proof in a live session. Its methods keep the order of `authenticationMethods`. */
export function renewSession(
  change: Parameters<SessionStore['renewFamily']>[0],
  claimKeys: readonly string[],
): Prisma.Sql {
  const { sessionId, familyHash, proof, now } = change
  const { methods, renewsAuthTime, renewsSecondFactor } = proofEffects[proof]
  const at = Prisma.sql`${now}::timestamptz`
  return Prisma.sql`
    UPDATE sessions s SET family_hash = ${familyHash}::bytea, generation = 0, previous_at = NULL, rotated_by = NULL,
      earlier_rotations = '[]', seen_generation = NULL,
      auth_time = ${renewsAuthTime ? at : Prisma.sql`s.auth_time`},
      second_factor_at = ${renewsSecondFactor ? at : Prisma.sql`s.second_factor_at`},
      amr = ARRAY(SELECT method FROM unnest(s.amr || ${[...methods]}::text[]) AS method GROUP BY method
        ORDER BY array_position(${[...authenticationMethods]}::text[], method))
    FROM users u WHERE s.id = ${sessionId}::uuid AND ${isLive(now)} AND u.id = s.user_id
    RETURNING ${sessionColumns}, u.role, u.token_version AS "tokenVersion", ${accessColumns(user, userId, claimKeys)}`
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
      INSERT INTO revocations (id, kind, session_id, tenant_id, recorded_at, expires_at)
      SELECT gen_random_uuid(), 'SESSION', s.id, s.tenant_id, clock_timestamp(), ${rememberUntil}::timestamptz FROM s
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
  const families = uses.map(({ provenAt }) => provenAt.toISOString())
  const times = uses.map(({ usedAt }) => usedAt.toISOString())
  return Prisma.sql`
    WITH used AS (
      SELECT * FROM unnest(${ids}::uuid[], ${generations}::int[], ${families}::timestamptz[], ${times}::timestamptz[])
        AS used (id, generation, proven_at, at)
    ), present AS (
      SELECT s.id, s.generation, GREATEST(s.auth_time, s.second_factor_at) AS proven_at FROM sessions s WHERE s.id = ANY(${ids}::uuid[]) FOR NO KEY UPDATE SKIP LOCKED
    ), latest AS (
      SELECT p.id, max(used.at) AS at, bool_or(COALESCE(used.generation, p.generation) = p.generation
          AND date_trunc('second', used.proven_at) = date_trunc('second', p.proven_at)) AS seen
      FROM present p JOIN used ON used.id = p.id GROUP BY p.id
    ), noted AS (
      UPDATE sessions s SET last_used_at = GREATEST(s.last_used_at, latest.at),
        seen_generation = CASE WHEN latest.seen THEN s.generation ELSE s.seen_generation END
      FROM latest WHERE s.id = latest.id AND (s.last_used_at <= latest.at - interval '1 minute'
        OR (latest.seen AND s.seen_generation IS DISTINCT FROM s.generation))
    )
    SELECT id FROM present`
}

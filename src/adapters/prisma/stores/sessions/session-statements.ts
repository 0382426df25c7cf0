import type { AuditEvent } from '../../../../domain/audit/audit-event.ts'
import { authenticationMethods, proofEffects } from '../../../../domain/sessions/assurance.ts'
import type {
  NewSession,
  RaisedSignal,
  SeenAccount,
  SessionRevocation,
  SessionStore,
  SessionUse,
  SignIn,
} from '../../../../domain/sessions/session-store.ts'
import { Prisma } from '../../generated/client.ts'
import { accessColumns } from '../access/owner-rows.ts'
import { userColumns } from '../accounts/user-rows.ts'
import { insertAuditFrom, subjectOf } from '../audit/audit-rows.ts'
import { isActiveTenant } from '../tenant-access.ts'
import {
  givenDeviceName,
  isLive,
  joinSharedAgent,
  sessionColumns,
  subjectOfSession,
  unsharedAgent,
} from './session-rows.ts'

const user = Prisma.sql`u`
const userId = Prisma.sql`u.id`

/**
 * Counts the sign-in and inserts the session and its audit row. The versions are compared on the locked row: if the
 * password or a factor changes while this login compares hashes, the login fails and the change stands.
 */
export function openSession(
  session: NewSession,
  seen: SeenAccount,
  audit: AuditEvent,
  claimKeys: readonly string[],
): Prisma.Sql {
  return Prisma.sql`
    WITH u AS (${countSignIn(session, seen, Prisma.sql`TRUE`)}), s AS (${insertSession(session)}),
      audited AS (${insertAuditFrom(Prisma.sql`s`, audit, subjectOfSession(Prisma.sql`s`))})
    SELECT ${userColumns}, ${accessColumns(user, userId, claimKeys)} FROM u`
}

/** Counts a sign-in, if the condition on the row of the user holds. */
function countSignIn(session: NewSession, seen: SeenAccount, condition: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`
    UPDATE users SET last_login_at = ${session.createdAt}::timestamptz, login_count = login_count + 1
    WHERE id = ${session.userId}::uuid AND active AND ${isActiveTenant(Prisma.sql`users.tenant_id`)} AND token_version = ${seen.tokenVersion}
      AND (${seen.factorVersion}::int IS NULL OR factor_version = ${seen.factorVersion}) AND ${condition}
    RETURNING *`
}

/** Inserts the session of the user that the part `u` of the statement returns. */
function insertSession(session: NewSession): Prisma.Sql {
  const { device, profile, place } = session
  return Prisma.sql`
    INSERT INTO sessions (id, tenant_id, user_id, family_hash, transport, ip_address, user_agent, user_agent_id, device_name,
      device_browser, device_os, device_type, fingerprint_digest, device_platform, device_language, network, country,
      latitude, longitude, risk_signals, risk_score, remember_me, idle_seconds, auth_time, second_factor_at, amr,
      created_at, last_used_at, idle_expires_at, expires_at)
    SELECT ${session.id}::uuid, u.tenant_id, u.id, ${session.familyHash}::bytea, ${session.transport}::token_transport,
      ${session.ipAddress}::inet, ${unsharedAgent(session.userAgent)}, agent.id, ${givenDeviceName(device)}, ${device.browser}, ${device.os}, ${device.type},
      ${profile.fingerprint}::bytea, ${profile.platform}, ${profile.language}, ${session.network},
      ${place?.country ?? null}, ${place?.latitude ?? null}::float8, ${place?.longitude ?? null}::float8,
      ${[...session.riskSignals]}::text[], ${session.riskScore}, ${session.rememberMe}, ${session.idleSeconds},
      ${session.authTime}::timestamptz, ${session.secondFactorAt}::timestamptz, ${[...session.amr]}::text[], ${session.createdAt}::timestamptz,
      ${session.lastUsedAt}::timestamptz, ${session.idleExpiresAt}::timestamptz, ${session.expiresAt}::timestamptz
    FROM u ${joinSharedAgent(session.userAgent, session.createdAt)} RETURNING *`
}

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

/**
 * Counts a sign-in, inserts its session, and ends the replaced session and the oldest ones above the limit. The number of
 * sign-ins is compared on the locked row of the user: if another sign-in was faster, nothing changes. Otherwise no session
 * has begun since the snapshot of this statement, from which the limit is computed. The row of the user is locked before
 * those of sessions, as in every transaction, since they are joined with it.
 */
export function signInAtOnce(
  { session, seen, replaced, limit, audit }: SignIn,
  claimKeys: readonly string[],
): Prisma.Sql {
  const live = Prisma.sql`sessions s WHERE s.user_id = ${session.userId}::uuid AND ${isLive(session.createdAt)}
    AND s.id IS DISTINCT FROM ${replaced?.sessionId ?? null}::uuid`
  const room =
    limit.evict === null ? Prisma.sql`(SELECT count(*) FROM ${live}) < ${limit.sessions}` : Prisma.sql`TRUE`
  const condition = Prisma.sql`login_count = ${seen.loginCount} AND ${room}`
  const oldest = Prisma.sql`s.id IN (SELECT s.id FROM ${live} ORDER BY s.id DESC OFFSET ${limit.sessions - 1})`
  const [replacedParts, evictedParts] = [
    replaced === null
      ? noneEnded(Prisma.sql`replaced`)
      : endSessions(replacedNames, Prisma.sql`s.id = ${replaced.sessionId}::uuid`, replaced.revocation),
    limit.evict === null ? noneEnded(Prisma.sql`evicted`) : endSessions(evictedNames, oldest, limit.evict),
  ]
  return Prisma.sql`
    WITH u AS (${countSignIn(session, seen, condition)}), s AS (${insertSession(session)}),
      audited AS (${insertAuditFrom(Prisma.sql`s`, audit, subjectOfSession(Prisma.sql`s`))}),
      ${replacedParts}, ${evictedParts}
    SELECT ${userColumns}, ${accessColumns(user, userId, claimKeys)}, ARRAY(SELECT id::text FROM replaced UNION ALL SELECT id::text FROM evicted) AS ended FROM u`
}

/** Names of the parts of a statement that end sessions. */
interface PartNames {
  readonly ended: Prisma.Sql
  readonly revoked: Prisma.Sql
  readonly total: Prisma.Sql
  readonly audited: Prisma.Sql
}

const replacedNames: PartNames = {
  ended: Prisma.sql`replaced`,
  revoked: Prisma.sql`replaced_revoked`,
  total: Prisma.sql`replaced_total`,
  audited: Prisma.sql`replaced_audited`,
}
const evictedNames: PartNames = {
  ended: Prisma.sql`evicted`,
  revoked: Prisma.sql`evicted_revoked`,
  total: Prisma.sql`evicted_total`,
  audited: Prisma.sql`evicted_audited`,
}

function noneEnded(name: Prisma.Sql): Prisma.Sql {
  return Prisma.sql`${name} AS (SELECT NULL::uuid AS id WHERE FALSE)`
}

/** Ends those sessions of the user of part `u` that satisfy the condition, with their revocations and one audit row. */
function endSessions(names: PartNames, condition: Prisma.Sql, revocation: SessionRevocation): Prisma.Sql {
  const { now, revokedBy, reason, rememberUntil, audit } = revocation
  const { ended, revoked, total, audited } = names
  const details = Prisma.sql`${JSON.stringify(audit.details)}::jsonb || jsonb_build_object('revokedSessions', ${total}.total)`
  return Prisma.sql`${ended} AS (
      UPDATE sessions s SET revoked_at = ${now}::timestamptz, revoked_by = ${revokedBy}::uuid, revoked_reason = ${reason}
      FROM u WHERE s.user_id = u.id AND ${condition} AND ${isLive(now)} RETURNING s.id, s.tenant_id
    ), ${revoked} AS (
      INSERT INTO revocations (id, kind, session_id, tenant_id, recorded_at, expires_at)
      SELECT gen_random_uuid(), 'SESSION', e.id, e.tenant_id, clock_timestamp(), ${rememberUntil}::timestamptz FROM ${ended} e
    ), ${total} AS (
      SELECT count(*) AS total FROM ${ended} HAVING count(*) > 0
    ), ${audited} AS (${insertAuditFrom(total, audit, { ...subjectOf(audit), details })})`
}

import type { AuditEvent } from '../../../../domain/audit/audit-event.ts'
import type {
  NewSession,
  SeenAccount,
  SessionRevocation,
  SignIn,
} from '../../../../domain/sessions/session-store.ts'
import { Prisma } from '../../generated/client.ts'
import { accessColumns } from '../access/owner-rows.ts'
import { userColumns } from '../accounts/user-rows.ts'
import { type AuditValues, auditValues, insertAudit, insertAuditFrom } from '../audit/audit-rows.ts'
import { type FilledStatement, FixedStatement, type ValueName } from '../fixed-statement.ts'
import { isActiveTenant } from '../tenant-access.ts'
import {
  givenDeviceName,
  isLiveAt,
  joinAgent,
  sharedAgentDigest,
  subjectOfSession,
  unsharedAgent,
} from './session-rows.ts'

type OpeningValues = ReturnType<typeof openingValues>
type EndValues = ReturnType<typeof endValues>

/** The values of a sign-in. Those of a part that its statement does not have are null. */
interface SignInValues {
  readonly opening: OpeningValues
  readonly audit: AuditValues
  readonly loginCount: number
  /** Maximum number of live sessions beside the new one. */
  readonly others: number
  readonly replacedId: string | null
  readonly replaced: EndValues | null
  readonly replacedAudit: AuditValues | null
  readonly evicted: EndValues | null
  readonly evictedAudit: AuditValues | null
}

type Value = (name: ValueName<SignInValues>) => Prisma.Sql
type ValueOf<Values> = (name: keyof Values & string) => Prisma.Sql

const user = Prisma.sql`u`
const userId = Prisma.sql`u.id`

/** The parts of a statement that end sessions. */
interface EndingParts {
  readonly replaces: boolean
  readonly evicts: boolean
}

/** Signs users in by one statement. It has four texts, because the database also spends time on a part that ends no session. */
export class SessionSignIn {
  readonly #evicting: SignInStatements
  readonly #refusing: SignInStatements

  constructor(claimKeys: readonly string[]) {
    const compose = (parts: EndingParts) =>
      new FixedStatement<SignInValues>((value) => signInAtOnce(value, parts, claimKeys))
    const composeBoth = (evicts: boolean): SignInStatements => ({
      beside: compose({ replaces: false, evicts }),
      replacing: compose({ replaces: true, evicts }),
    })
    this.#evicting = composeBoth(true)
    this.#refusing = composeBoth(false)
  }

  statement({ session, seen, replaced, limit, audit }: SignIn): FilledStatement {
    const { sessions, evict } = limit
    const { beside, replacing } = evict === null ? this.#refusing : this.#evicting
    const statement = replaced === null ? beside : replacing
    return statement.fill({
      opening: openingValues(session, seen),
      audit: auditValues(audit),
      loginCount: seen.loginCount,
      others: sessions - 1,
      replacedId: replaced?.sessionId ?? null,
      replaced: replaced && endValues(replaced.revocation),
      replacedAudit: replaced && auditValues(replaced.revocation.audit),
      evicted: evict && endValues(evict),
      evictedAudit: evict && auditValues(evict.audit),
    })
  }
}

interface SignInStatements {
  readonly beside: FixedStatement<SignInValues>
  readonly replacing: FixedStatement<SignInValues>
}

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
  const values = openingValues(session, seen)
  const value: ValueOf<OpeningValues> = (name) => Prisma.sql`${values[name]}`
  return Prisma.sql`
    WITH u AS (${countSignIn(value, Prisma.sql`TRUE`)}), s AS (${insertSession(value)}),
      audited AS (${insertAuditFrom(Prisma.sql`s`, audit, subjectOfSession(Prisma.sql`s`))})
    SELECT ${userColumns}, ${accessColumns(user, userId, claimKeys)} FROM u`
}

/**
 * Counts a sign-in, inserts its session, and ends the replaced session and the oldest ones above the limit. The number of
 * sign-ins is compared on the locked row of the user: if another sign-in was faster, nothing changes. Otherwise no session
 * has begun since the snapshot of this statement, from which the limit is computed. The row of the user is locked before
 * those of sessions, as in every transaction, since they are joined with it.
 */
function signInAtOnce(value: Value, parts: EndingParts, claimKeys: readonly string[]): Prisma.Sql {
  const { replaces, evicts } = parts
  const opening: ValueOf<OpeningValues> = (name) => value(`opening.${name}`)
  const others = Prisma.sql`${value('others')}::bigint`
  const isReplaced = Prisma.sql`s.id = ${value('replacedId')}::uuid`
  const live = Prisma.sql`sessions s WHERE s.user_id = ${opening('userId')}::uuid
    AND ${isLiveAt(Prisma.sql`${opening('createdAt')}::timestamptz`)}${replaces ? Prisma.sql` AND s.id <> ${value('replacedId')}::uuid` : Prisma.empty}`
  const hasRoom = evicts ? Prisma.sql`TRUE` : Prisma.sql`(SELECT count(*) FROM ${live}) <= ${others}`
  const isOldest = Prisma.sql`s.id IN (SELECT s.id FROM ${live} ORDER BY s.id DESC OFFSET ${others})`
  const replacedParts = endSessions(replacedNames, isReplaced, {
    end: (name) => value(`replaced.${name}`),
    audit: (name) => value(`replacedAudit.${name}`),
  })
  const evictedParts = endSessions(evictedNames, isOldest, {
    end: (name) => value(`evicted.${name}`),
    audit: (name) => value(`evictedAudit.${name}`),
  })
  return Prisma.sql`
    WITH u AS (${countSignIn(opening, Prisma.sql`login_count = ${value('loginCount')} AND ${hasRoom}`)}), s AS (${insertSession(opening)}),
      audited AS (${insertAudit(Prisma.sql`s`, subjectOfSession(Prisma.sql`s`), (name) => value(`audit.${name}`))}),
      ${replaces ? replacedParts : noneEnded(replacedNames)}, ${evicts ? evictedParts : noneEnded(evictedNames)}
    SELECT ${userColumns}, ${accessColumns(user, userId, claimKeys)}, ARRAY(SELECT id::text FROM replaced UNION ALL SELECT id::text FROM evicted) AS ended FROM u`
}

/** The values of a session that begins, and of its account as the sign-in saw it. */
function openingValues(session: NewSession, { tokenVersion, factorVersion }: SeenAccount) {
  const { userAgent, device, profile, place, createdAt } = session
  return {
    tokenVersion,
    factorVersion,
    id: session.id,
    userId: session.userId,
    familyHash: session.familyHash,
    transport: session.transport,
    ipAddress: session.ipAddress,
    userAgent,
    agentDigest: sharedAgentDigest(userAgent, createdAt),
    deviceName: givenDeviceName(device),
    browser: device.browser,
    os: device.os,
    deviceType: device.type,
    fingerprint: profile.fingerprint,
    platform: profile.platform,
    language: profile.language,
    network: session.network,
    country: place?.country ?? null,
    latitude: place?.latitude ?? null,
    longitude: place?.longitude ?? null,
    riskSignals: [...session.riskSignals],
    riskScore: session.riskScore,
    rememberMe: session.rememberMe,
    idleSeconds: session.idleSeconds,
    authTime: session.authTime,
    secondFactorAt: session.secondFactorAt,
    amr: [...session.amr],
    createdAt,
    lastUsedAt: session.lastUsedAt,
    idleExpiresAt: session.idleExpiresAt,
    expiresAt: session.expiresAt,
  }
}

/** Counts a sign-in, if the condition on the row of the user holds. */
function countSignIn(value: ValueOf<OpeningValues>, condition: Prisma.Sql): Prisma.Sql {
  const factorVersion = Prisma.sql`${value('factorVersion')}::int`
  return Prisma.sql`
    UPDATE users SET last_login_at = ${value('createdAt')}::timestamptz, login_count = login_count + 1
    WHERE id = ${value('userId')}::uuid AND active AND ${isActiveTenant(Prisma.sql`users.tenant_id`)} AND token_version = ${value('tokenVersion')}
      AND (${factorVersion} IS NULL OR factor_version = ${factorVersion}) AND ${condition}
    RETURNING *`
}

/** Inserts the session of the user that the part `u` of the statement returns. */
function insertSession(value: ValueOf<OpeningValues>): Prisma.Sql {
  return Prisma.sql`
    INSERT INTO sessions (id, tenant_id, user_id, family_hash, transport, ip_address, user_agent, user_agent_id, device_name,
      device_browser, device_os, device_type, fingerprint_digest, device_platform, device_language, network, country,
      latitude, longitude, risk_signals, risk_score, remember_me, idle_seconds, auth_time, second_factor_at, amr,
      created_at, last_used_at, idle_expires_at, expires_at)
    SELECT ${value('id')}::uuid, u.tenant_id, u.id, ${value('familyHash')}::bytea, ${value('transport')}::token_transport,
      ${value('ipAddress')}::inet, ${unsharedAgent(value('userAgent'))}, agent.id, ${value('deviceName')}, ${value('browser')}, ${value('os')}, ${value('deviceType')},
      ${value('fingerprint')}::bytea, ${value('platform')}, ${value('language')}, ${value('network')},
      ${value('country')}, ${value('latitude')}::float8, ${value('longitude')}::float8,
      ${value('riskSignals')}::text[], ${value('riskScore')}, ${value('rememberMe')}, ${value('idleSeconds')},
      ${value('authTime')}::timestamptz, ${value('secondFactorAt')}::timestamptz, ${value('amr')}::text[], ${value('createdAt')}::timestamptz,
      ${value('lastUsedAt')}::timestamptz, ${value('idleExpiresAt')}::timestamptz, ${value('expiresAt')}::timestamptz
    FROM u ${joinAgent(value('agentDigest'))} RETURNING *`
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

function noneEnded({ ended }: PartNames): Prisma.Sql {
  return Prisma.sql`${ended} AS (SELECT NULL::uuid AS id WHERE FALSE)`
}

/** How sessions end, and the subject of the audit row. */
function endValues({ now, revokedBy, reason, rememberUntil, audit }: SessionRevocation) {
  const { tenantId, userId: ownerId, sessionId } = audit
  return { now, revokedBy, reason, rememberUntil, tenantId, userId: ownerId, sessionId }
}

/** Ends those sessions of the user of part `u` that satisfy the condition, with their revocations and one audit row. */
function endSessions(
  { ended, revoked, total, audited }: PartNames,
  condition: Prisma.Sql,
  { end, audit }: { readonly end: ValueOf<EndValues>; readonly audit: ValueOf<AuditValues> },
): Prisma.Sql {
  const now = Prisma.sql`${end('now')}::timestamptz`
  const subject = {
    tenantId: Prisma.sql`${end('tenantId')}::uuid`,
    userId: Prisma.sql`${end('userId')}::uuid`,
    sessionId: Prisma.sql`${end('sessionId')}::uuid`,
    details: Prisma.sql`${audit('details')}::jsonb || jsonb_build_object('revokedSessions', ${total}.total)`,
  }
  return Prisma.sql`${ended} AS (
      UPDATE sessions s SET revoked_at = ${now}, revoked_by = ${end('revokedBy')}::uuid, revoked_reason = ${end('reason')}
      FROM u WHERE s.user_id = u.id AND ${condition} AND ${isLiveAt(now)} RETURNING s.id, s.tenant_id
    ), ${revoked} AS (
      INSERT INTO revocations (id, kind, session_id, tenant_id, recorded_at, expires_at)
      SELECT gen_random_uuid(), 'SESSION', e.id, e.tenant_id, clock_timestamp(), ${end('rememberUntil')}::timestamptz FROM ${ended} e
    ), ${total} AS (
      SELECT count(*) AS total FROM ${ended} HAVING count(*) > 0
    ), ${audited} AS (${insertAudit(total, subject, audit)})`
}

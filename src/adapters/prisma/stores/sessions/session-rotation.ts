import { maxRotations } from '../../../../domain/sessions/session.ts'
import type { Rotation } from '../../../../domain/sessions/session-store.ts'
import { Prisma } from '../../generated/client.ts'
import { accessColumns } from '../access/owner-rows.ts'
import { type AuditValues, auditValues, insertAudit } from '../audit/audit-rows.ts'
import { type FilledStatement, FixedStatement, type ValueName } from '../fixed-statement.ts'
import {
  isAllowed,
  isLiveAt,
  joinAgent,
  sessionColumnsWith,
  sharedAgentDigest,
  subjectOfSession,
  unsharedAgent,
} from './session-rows.ts'

/** Clocks of two processes differ by less than this. */
const maxClockSkewSeconds = 30

interface RotationValues {
  readonly familyHash: Uint8Array
  readonly generation: number
  /** Whether the session must be of that generation; otherwise it may also be of an earlier one. */
  readonly isExact: boolean
  readonly transports: string[]
  /** Null: any session. */
  readonly sessionId: string | null
  readonly now: Date
  /** Earlier rotations that are older are forgotten. Milliseconds since 1970. */
  readonly oldestMs: number
  readonly device: Uint8Array
  readonly ipAddress: string | null
  readonly userAgent: string | null
  readonly agentDigest: Uint8Array | null
  readonly idleSeconds: number
  readonly maxSeconds: number
  readonly tenantCharged: boolean
  readonly audit: AuditValues
}

type Value = (name: ValueName<RotationValues>) => Prisma.Sql

/** Advances sessions to the generation after the presented one. */
export class SessionRotation {
  readonly #statement: FixedStatement<RotationValues>

  constructor(claimKeys: readonly string[]) {
    this.#statement = new FixedStatement((value) => rotateSession(value, claimKeys))
  }

  statement(rotation: Rotation, isExact: boolean): FilledStatement {
    return this.#statement.fill(valuesOf(rotation, isExact))
  }
}

function valuesOf(rotation: Rotation, isExact: boolean): RotationValues {
  const { now, graceSeconds, userAgent, privileged, transports, audit } = rotation
  return {
    familyHash: rotation.familyHash,
    generation: rotation.generation,
    isExact,
    transports: [...transports],
    sessionId: rotation.sessionId,
    now,
    oldestMs: now.getTime() - (graceSeconds + maxClockSkewSeconds) * 1000,
    device: rotation.device,
    ipAddress: rotation.ipAddress,
    userAgent,
    agentDigest: sharedAgentDigest(userAgent, now),
    idleSeconds: privileged.idleSeconds,
    maxSeconds: privileged.maxSeconds,
    tenantCharged: rotation.tenantCharged,
    audit: auditValues(audit),
  }
}

/** Whether the tenant of a session `s` has no budget for refreshes. */
const hasFreeRefreshes = Prisma.sql`NOT EXISTS (SELECT 1 FROM tenants t WHERE t.id = s.tenant_id
  AND t.settings->'rateLimits'->'refresh' IS NOT NULL)`

/**
 * Advances a session to the generation after the presented one, and writes the audit row. The lifetime of an
 * administrator's session is limited here, because its owner may have become an administrator after signing in.
 */
function rotateSession(value: Value, claimKeys: readonly string[]): Prisma.Sql {
  const now = Prisma.sql`${value('now')}::timestamptz`
  const generation = Prisma.sql`${value('generation')}::int`
  const sessionId = Prisma.sql`${value('sessionId')}::uuid`
  const end = Prisma.sql`CASE WHEN u.role = 'ADMIN' THEN LEAST(s.expires_at, s.auth_time + ${value('maxSeconds')}::int * interval '1 second')
    ELSE s.expires_at END`
  const idle = Prisma.sql`CASE WHEN u.role = 'ADMIN' THEN LEAST(s.idle_seconds, ${value('idleSeconds')}::int) ELSE s.idle_seconds END`
  return Prisma.sql`
    WITH s AS (
      UPDATE sessions s SET generation = ${generation} + 1,
        previous_at = GREATEST(${now}, clock_timestamp()), rotated_by = ${value('device')}::bytea,
        earlier_rotations = ${earlierRotations(value)}, last_used_at = ${now}, ip_address = ${value('ipAddress')}::inet,
        user_agent = ${unsharedAgent(value('userAgent'))}, user_agent_id = agent.id, expires_at = ${end},
        idle_expires_at = LEAST(${now} + ${idle} * interval '1 second', ${end})
      FROM users u ${joinAgent(value('agentDigest'))}
      WHERE s.family_hash = ${value('familyHash')}::bytea AND s.generation <= ${generation}
        AND (s.generation = ${generation} OR NOT ${value('isExact')}::boolean)
        AND (${sessionId} IS NULL OR s.id = ${sessionId})
        AND s.transport::text = ANY(${value('transports')}::text[])
        AND ${isLiveAt(now)} AND ${end} > ${now} AND u.id = s.user_id AND ${isAllowed(now)}
        AND (${value('tenantCharged')}::boolean OR ${hasFreeRefreshes})
      RETURNING s.*, u.role, u.token_version${claimKeys.length === 0 ? Prisma.empty : Prisma.sql`, u.metadata`}
    ), audited AS (${insertAudit(Prisma.sql`s`, subjectOfSession(Prisma.sql`s`), (name) => value(`audit.${name}`))})
    SELECT ${sessionColumnsWith(Prisma.sql`${value('userAgent')}::text`)}, s.role, s.token_version AS "tokenVersion",
      ${accessColumns(Prisma.sql`s`, Prisma.sql`s.user_id`, claimKeys)}
    FROM s`
}

/**
 * The rotations before this one that the grace window can still need, newest first: usually none. They end with the
 * oldest one within the window. An older one decides nothing, because the token that it replaced is reuse. An empty list
 * if the token is ahead.
 */
function earlierRotations(value: Value): Prisma.Sql {
  return Prisma.sql`CASE
    WHEN s.generation <> ${value('generation')}::int OR s.previous_at IS NULL OR s.rotated_by IS NULL THEN '[]'::jsonb
    ELSE (
      WITH past AS (
        SELECT p.rotation, p.place FROM jsonb_array_elements(jsonb_build_array(jsonb_build_object('generation', s.generation,
          'at', (extract(epoch FROM s.previous_at) * 1000)::bigint, 'device', encode(s.rotated_by, 'hex')))
          || s.earlier_rotations) WITH ORDINALITY AS p (rotation, place)
      )
      SELECT COALESCE(jsonb_agg(rotation ORDER BY place), '[]') FROM past WHERE place <= LEAST(${maxRotations - 1}::int,
        COALESCE((SELECT max(place) FROM past WHERE (rotation->>'at')::bigint >= ${value('oldestMs')}::bigint), 0))
    ) END`
}

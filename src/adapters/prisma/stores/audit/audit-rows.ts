import type { AuditEvent } from '../../../../domain/audit/audit-event.ts'
import { sharedUserAgent } from '../../../../domain/audit/user-agents.ts'
import { toHex } from '../../../../lib/crypto/digest.ts'
import { isUuid } from '../../../../lib/ids/uuid.ts'
import { Prisma } from '../../generated/client.ts'

/**
 * Columns of an AuditEvent; the alias of the table is `e`. The reference to a User-Agent counts only with an address,
 * because an earlier version that removes personal data knows the address alone.
 */
export const auditColumns = Prisma.sql`e.id, e.tenant_id AS "tenantId", e.type, e.user_id AS "userId", e.actor_id AS "actorId",
  e.session_id AS "sessionId", host(e.ip_address) AS "ipAddress", COALESCE(e.user_agent, (
    SELECT a.user_agent FROM user_agents a WHERE a.id = e.user_agent_id AND e.ip_address IS NOT NULL)) AS "userAgent",
  COALESCE(e.request_id, e.request_uuid::text) AS "requestId", e.reason, e.details, e.created_at AS "createdAt"`

/** SQL expressions for the subject of an audit row, since some are known only within the statement. */
export interface AuditSubject {
  readonly tenantId: Prisma.Sql
  readonly userId: Prisma.Sql
  readonly sessionId: Prisma.Sql
  readonly details?: Prisma.Sql
}

/** The subject of an event whose ids are known before the statement. */
export function subjectOf({ tenantId, userId, sessionId }: AuditEvent): AuditSubject {
  return {
    tenantId: Prisma.sql`${tenantId}::uuid`,
    userId: Prisma.sql`${userId}::uuid`,
    sessionId: Prisma.sql`${sessionId}::uuid`,
  }
}

const insertedColumns = Prisma.sql`(id, tenant_id, type, user_id, actor_id, session_id, ip_address, user_agent, user_agent_id,
  request_id, request_uuid, reason, details, created_at)`

/** The values of an audit row, except those of its subject, as they are sent to the database. */
export interface AuditValues {
  readonly id: string
  readonly type: string
  readonly actorId: string | null
  readonly ipAddress: string | null
  readonly userAgent: string | null
  /** Digest of the User-Agent, if the row may refer to it. */
  readonly agentDigest: Uint8Array | null
  readonly requestId: string | null
  readonly requestUuid: string | null
  readonly reason: string | null
  readonly details: string
  readonly createdAt: Date
}

export function auditValues(event: AuditEvent): AuditValues {
  const { id, type, actorId, ipAddress, userAgent, reason, createdAt } = event
  const { requestId, requestUuid, agentDigest } = compactValues(event)
  const details = JSON.stringify(event.details)
  return {
    id,
    type,
    actorId,
    ipAddress,
    userAgent,
    agentDigest,
    requestId,
    requestUuid,
    reason,
    details,
    createdAt,
  }
}

/** Inserts one audit row for each row of `source`, so that a change and its audit row are one statement. */
export function insertAuditFrom(source: Prisma.Sql, event: AuditEvent, subject: AuditSubject): Prisma.Sql {
  const values = auditValues(event)
  return insertAudit(source, subject, (name) => Prisma.sql`${values[name]}`)
}

/** The same with expressions instead of an event. */
export function insertAudit(
  source: Prisma.Sql,
  subject: AuditSubject,
  value: (name: keyof AuditValues) => Prisma.Sql,
): Prisma.Sql {
  const details = subject.details ?? Prisma.sql`${value('details')}::jsonb`
  return Prisma.sql`
    INSERT INTO audit_events ${insertedColumns}
    SELECT ${value('id')}::uuid, ${subject.tenantId}, ${value('type')}, ${subject.userId}, ${value('actorId')}::uuid,
      ${subject.sessionId}, ${value('ipAddress')}::inet, CASE WHEN shared.id IS NULL THEN ${value('userAgent')}::text END, shared.id,
      ${value('requestId')}, ${value('requestUuid')}::uuid, ${value('reason')}, ${details}, ${value('createdAt')}::timestamptz
    FROM ${source} LEFT JOIN user_agents shared ON shared.digest = ${value('agentDigest')}::bytea`
}

/** The id of the request in one of two columns, and the digest of the User-Agent if the event may refer to it. */
function compactValues({ requestId, ipAddress, userAgent, createdAt }: AuditEvent) {
  const isShared = ipAddress !== null && userAgent !== null
  return {
    requestId: isUuid(requestId) ? null : requestId,
    requestUuid: isUuid(requestId) ? requestId : null,
    agentDigest: isShared ? sharedUserAgent(userAgent, createdAt).digest : null,
  }
}

/**
 * Inserts events. `FOR KEY SHARE` locks their users against deletion: either the deletion of an account finds these rows
 * and removes the personal data, or this statement finds no user and writes none.
 */
export function insertAuditEvents(events: readonly AuditEvent[]): Prisma.Sql {
  const keepsPerson = Prisma.sql`(e."userId" IS NULL OR o.id IS NOT NULL)`
  const rows = events.map((event) => {
    const { agentDigest, ...compact } = compactValues(event)
    return { ...event, ...compact, agentDigest: agentDigest && toHex(agentDigest) }
  })
  return Prisma.sql`
    WITH events AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) AS e(id uuid, "tenantId" uuid, type text,
        "userId" uuid, "actorId" uuid, "sessionId" uuid, "ipAddress" inet, "userAgent" text, "agentDigest" text,
        "requestId" text, "requestUuid" uuid, reason text, details jsonb, "createdAt" timestamptz)
    ), owners AS (
      SELECT u.id FROM users u WHERE u.id IN (SELECT "userId" FROM events) ORDER BY u.id FOR KEY SHARE
    )
    INSERT INTO audit_events ${insertedColumns}
    SELECT e.id, e."tenantId", e.type, e."userId", e."actorId", e."sessionId",
      CASE WHEN ${keepsPerson} THEN e."ipAddress" END,
      CASE WHEN ${keepsPerson} AND shared.id IS NULL THEN e."userAgent" END, CASE WHEN ${keepsPerson} THEN shared.id END,
      e."requestId", e."requestUuid", e.reason, CASE WHEN ${keepsPerson} THEN e.details ELSE '{}' END, e."createdAt"
    FROM events e LEFT JOIN owners o ON o.id = e."userId"
      LEFT JOIN user_agents shared ON shared.digest = decode(e."agentDigest", 'hex')
    ON CONFLICT (id) DO NOTHING`
}

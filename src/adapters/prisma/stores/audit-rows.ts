import type { AuditEvent } from '../../../domain/audit/audit-event.ts'
import { Prisma } from '../generated/client.ts'

/** Columns of an AuditEvent; the alias of the table is `e`. */
export const auditColumns = Prisma.sql`e.id, e.tenant_id AS "tenantId", e.type, e.user_id AS "userId", e.actor_id AS "actorId",
  e.session_id AS "sessionId", host(e.ip_address) AS "ipAddress", e.user_agent AS "userAgent", e.request_id AS "requestId",
  e.reason, e.details, e.created_at AS "createdAt"`

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

/** Inserts one audit row for each row of `source`, so that a change and its audit row are one statement. */
export function insertAuditFrom(source: Prisma.Sql, event: AuditEvent, subject: AuditSubject): Prisma.Sql {
  const details = subject.details ?? Prisma.sql`${JSON.stringify(event.details)}::jsonb`
  return Prisma.sql`
    INSERT INTO audit_events
      (id, tenant_id, type, user_id, actor_id, session_id, ip_address, user_agent, request_id, reason, details, created_at)
    SELECT ${event.id}::uuid, ${subject.tenantId}, ${event.type}, ${subject.userId}, ${event.actorId}::uuid,
      ${subject.sessionId}, ${event.ipAddress}::inet, ${event.userAgent}, ${event.requestId}, ${event.reason},
      ${details}, ${event.createdAt}::timestamptz
    FROM ${source}`
}

/**
 * Inserts events. `FOR KEY SHARE` locks their users against deletion: either the deletion of an account finds these rows
 * and removes the personal data, or this statement finds no user and writes none.
 */
export function insertAuditEvents(events: readonly AuditEvent[]): Prisma.Sql {
  return Prisma.sql`
    WITH events AS (
      SELECT * FROM jsonb_to_recordset(${JSON.stringify(events)}::jsonb) AS e(id uuid, "tenantId" uuid, type text,
        "userId" uuid, "actorId" uuid, "sessionId" uuid, "ipAddress" inet, "userAgent" text, "requestId" text,
        reason text, details jsonb, "createdAt" timestamptz)
    ), owners AS (
      SELECT u.id FROM users u WHERE u.id IN (SELECT "userId" FROM events) ORDER BY u.id FOR KEY SHARE
    )
    INSERT INTO audit_events
      (id, tenant_id, type, user_id, actor_id, session_id, ip_address, user_agent, request_id, reason, details, created_at)
    SELECT e.id, e."tenantId", e.type, e."userId", e."actorId", e."sessionId",
      CASE WHEN e."userId" IS NULL OR o.id IS NOT NULL THEN e."ipAddress" END,
      CASE WHEN e."userId" IS NULL OR o.id IS NOT NULL THEN e."userAgent" END,
      e."requestId", e.reason, CASE WHEN e."userId" IS NULL OR o.id IS NOT NULL THEN e.details ELSE '{}' END, e."createdAt"
    FROM events e LEFT JOIN owners o ON o.id = e."userId"
    ON CONFLICT (id) DO NOTHING`
}

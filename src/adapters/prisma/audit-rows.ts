import type { AuditEvent } from '../../domain/audit/audit-event.ts'
import { Prisma } from './generated/client.ts'

/** Where an audit row takes its subject from when only the statement itself learns it. */
export interface AuditSubject {
  readonly tenantId: Prisma.Sql
  readonly userId: Prisma.Sql
  readonly sessionId: Prisma.Sql
  readonly details?: Prisma.Sql
}

/** An INSERT of one audit row for each row of `source`: with it, a change and its audit row are one statement. */
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

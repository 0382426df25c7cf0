import { type AuditEvent, auditEventTypes } from '../../../domain/audit/audit-event.ts'
import type { AuditFilter, AuditPage, AuditStore } from '../../../domain/audit/audit-store.ts'
import { Prisma } from '../generated/client.ts'
import { selectAuditPage } from './audit-page.ts'
import { insertAuditEvents, insertAuditFrom } from './audit-rows.ts'
import type { Queries } from './queries.ts'

export class PrismaAuditStore implements AuditStore {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async append(event: AuditEvent): Promise<void> {
    await this.#queries.$executeRaw(
      insertAuditFrom(Prisma.sql`(SELECT 1) AS once`, event, {
        tenantId: Prisma.sql`${event.tenantId}::uuid`,
        userId: Prisma.sql`${event.userId}::uuid`,
        sessionId: Prisma.sql`${event.sessionId}::uuid`,
      }),
    )
  }

  async appendAll(events: readonly AuditEvent[]): Promise<void> {
    if (events.length > 0) await this.#queries.$executeRaw(insertAuditEvents(events))
  }

  async listHistory(userId: string, page: AuditPage): Promise<readonly AuditEvent[]> {
    const events = await this.#queries.$queryRaw<AuditEvent[]>(historyOf(userId, page))
    return page.from === 'newest' ? events : events.reverse()
  }

  async list(filter: AuditFilter, page: AuditPage): Promise<readonly AuditEvent[]> {
    const rows = await this.#queries.$queryRaw<AuditEvent[]>(selectAuditPage(filter, page))
    return page.from === 'newest' ? rows : rows.reverse()
  }

  async knowsUser(tenantId: string, userId: string): Promise<boolean> {
    const [row] = await this.#queries.$queryRaw<{ known: boolean }[]>`
      SELECT EXISTS (SELECT 1 FROM users WHERE id = ${userId}::uuid AND tenant_id = ${tenantId}::uuid)
        OR EXISTS (SELECT 1 FROM audit_events WHERE user_id = ${userId}::uuid AND tenant_id = ${tenantId}::uuid)
        AS known`
    return row?.known === true
  }
}

/** Exported for whoever explains it: what the partial index leaves out stands here word for word. */
export function historyOf(userId: string, page: AuditPage): Prisma.Sql {
  const older = page.after === null ? Prisma.sql`TRUE` : Prisma.sql`e.id < ${page.after}::uuid`
  const newer = page.before === null ? Prisma.sql`TRUE` : Prisma.sql`e.id > ${page.before}::uuid`
  const order = page.from === 'newest' ? Prisma.sql`e.id DESC` : Prisma.sql`e.id ASC`
  return Prisma.sql`
    SELECT e.id, e.tenant_id AS "tenantId", e.type, e.user_id AS "userId", e.actor_id AS "actorId",
      e.session_id AS "sessionId", host(e.ip_address) AS "ipAddress", e.user_agent AS "userAgent",
      e.request_id AS "requestId", e.reason, e.details, e.created_at AS "createdAt"
    FROM audit_events e
    WHERE e.user_id = ${userId}::uuid AND e.type <> 'TOKEN_REFRESHED' AND e.type = ANY(${[...auditEventTypes]}::text[])
      AND ${older} AND ${newer}
    ORDER BY ${order} LIMIT ${page.limit}`
}

import { type AuditEvent, auditEventTypes } from '../../../../domain/audit/audit-event.ts'
import type { AuditFilter, AuditStore } from '../../../../domain/audit/audit-store.ts'
import type { StorePage } from '../../../../lib/collections/store-page.ts'
import { type AuditTrail, noTrail } from '../../audit-trail.ts'
import { Prisma } from '../../generated/client.ts'
import { newestFirst, selectPage } from '../keyset-page.ts'
import type { Queries } from '../queries.ts'
import { selectAuditPage } from './audit-page.ts'
import { auditColumns, insertAuditEvents, insertAuditFrom, subjectOf } from './audit-rows.ts'

export class PrismaAuditStore implements AuditStore {
  readonly #queries: Queries
  readonly #trail: AuditTrail

  constructor(queries: Queries, trail: AuditTrail = noTrail) {
    this.#queries = queries
    this.#trail = trail
  }

  async append(event: AuditEvent): Promise<void> {
    const oneRow = Prisma.sql`(SELECT 1) AS one_row`
    await this.#queries.$executeRaw(insertAuditFrom(oneRow, event, subjectOf(event)))
    await this.#trail.note([event])
  }

  async appendAll(events: readonly AuditEvent[]): Promise<void> {
    if (events.length === 0) return
    await this.#queries.$executeRaw(insertAuditEvents(events))
    await this.#trail.note(events)
  }

  async listHistory(userId: string, page: StorePage): Promise<readonly AuditEvent[]> {
    return newestFirst(await this.#queries.$queryRaw<AuditEvent[]>(selectHistoryPage(userId, page)), page)
  }

  async list(filter: AuditFilter, page: StorePage): Promise<readonly AuditEvent[]> {
    return newestFirst(await this.#queries.$queryRaw<AuditEvent[]>(selectAuditPage(filter, page)), page)
  }

  async knowsUser(tenantId: string, userId: string): Promise<boolean> {
    const [row] = await this.#queries.$queryRaw<{ known: boolean }[]>`
      SELECT EXISTS (SELECT 1 FROM users WHERE id = ${userId}::uuid AND tenant_id = ${tenantId}::uuid)
        OR EXISTS (SELECT 1 FROM audit_events WHERE user_id = ${userId}::uuid AND tenant_id = ${tenantId}::uuid)
        AS known`
    return row?.known === true
  }
}

/**
 * One page of a user's security history. Exported for tests of its query plan. The condition on `TOKEN_REFRESHED` must
 * repeat the predicate of the partial index literally.
 */
export function selectHistoryPage(userId: string, page: StorePage): Prisma.Sql {
  const where = Prisma.sql`e.user_id = ${userId}::uuid AND e.type <> 'TOKEN_REFRESHED'
    AND e.type = ANY(${[...auditEventTypes]}::text[])`
  const from = Prisma.sql`audit_events e`
  return selectPage({ columns: auditColumns, from, where, id: Prisma.sql`e.id` }, page)
}

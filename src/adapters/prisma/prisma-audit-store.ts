import type { AuditEvent } from '../../domain/audit/audit-event.ts'
import type { AuditStore } from '../../domain/audit/audit-store.ts'
import { insertAuditFrom } from './audit-rows.ts'
import { Prisma } from './generated/client.ts'
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
}

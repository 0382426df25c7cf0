import type { AuditEvent } from './audit-event.ts'
import type { AuditPage, AuditStore } from './audit-store.ts'

/** Reads of the audit log. */
export class AuditService {
  readonly #deps: { auditStore: AuditStore }

  constructor(deps: { auditStore: AuditStore }) {
    this.#deps = deps
  }

  /** What happened to somebody, for his own eyes: where others have done it from is not told. */
  async listHistory(userId: string, page: AuditPage): Promise<readonly AuditEvent[]> {
    const events = await this.#deps.auditStore.listHistory(userId, page)
    return events.map((event) => {
      const byAnother = event.actorId !== null && event.actorId !== userId
      return byAnother ? { ...event, ipAddress: null, userAgent: null } : event
    })
  }
}

import type { UserViewer } from '../../domain/access/viewer.ts'
import type { AuditEvent } from '../../domain/audit/audit-event.ts'
import type { StorePage } from '../../lib/collections/store-page.ts'
import type { FlowDeps } from '../flow-deps.ts'

/**
 * A page of the viewer's own security history, newest first. Events that another user caused contain no address and no
 * User-Agent.
 */
export function createFindSecurityEvents(deps: Pick<FlowDeps, 'auditStore'>) {
  return async function findSecurityEvents(
    { userId }: Pick<UserViewer, 'userId'>,
    page: StorePage,
  ): Promise<readonly AuditEvent[]> {
    const events = await deps.auditStore.listHistory(userId, page)
    return events.map((event) => {
      const byAnother = event.actorId !== null && event.actorId !== userId
      return byAnother ? { ...event, ipAddress: null, userAgent: null } : event
    })
  }
}

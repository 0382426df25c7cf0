import type { AuditEvent } from '../../domain/audit/audit-event.ts'
import type { User } from '../../domain/users/user.ts'
import type { StorePage } from '../../lib/collections/store-page.ts'
import type { FlowDeps } from '../flow-deps.ts'

/** A page of the events about one user, newest first. The caller has checked who may read them. */
export function createFindAuditEventsOfUser(deps: Pick<FlowDeps, 'auditStore'>) {
  return async function findAuditEventsOfUser(
    { id: userId, tenantId }: Pick<User, 'id' | 'tenantId'>,
    page: StorePage,
  ): Promise<readonly AuditEvent[]> {
    return deps.auditStore.list(
      { tenantId, userId, types: null, ipAddress: null, from: null, to: null },
      page,
    )
  }
}

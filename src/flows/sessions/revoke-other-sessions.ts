import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import type { FlowDeps } from '../flow-deps.ts'

/** Ends every session of the viewer except the current one. Returns the number of sessions that ended. */
export function createRevokeOtherSessions(deps: Pick<FlowDeps, 'endSessions' | 'audit'>) {
  return async function revokeOtherSessions(viewer: UserViewer, origin: Origin): Promise<number> {
    const { userId, tenantId, sessionId } = viewer
    const audit = deps.audit.event('SESSION_REVOKED', origin, { tenantId, userId, sessionId })
    const ending = { reason: 'REVOKED_BY_USER', revokedBy: userId, audit } as const
    return deps.endSessions.all({ userId, exceptSessionId: sessionId }, ending)
  }
}

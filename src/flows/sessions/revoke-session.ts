import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { NotFoundProblem } from '../../domain/problems.ts'
import type { Session } from '../../domain/sessions/session.ts'
import { isUuid } from '../../lib/ids/uuid.ts'
import type { FlowDeps } from '../flow-deps.ts'

/**
 * Ends one of the viewer's sessions.
 * @throws NotFoundProblem for an unknown session, an ended one, and one of another user
 */
export function createRevokeSession(deps: Pick<FlowDeps, 'endSessions' | 'audit'>) {
  return async function revokeSession(
    sessionId: string,
    viewer: UserViewer,
    origin: Origin,
  ): Promise<Session> {
    if (!isUuid(sessionId)) throw new NotFoundProblem()
    const { userId, tenantId } = viewer
    const audit = deps.audit.event('SESSION_REVOKED', origin, { tenantId, userId, sessionId })
    const ending = { reason: 'REVOKED_BY_USER', revokedBy: userId, audit } as const
    const ended = await deps.endSessions.one({ sessionId, userId }, ending)
    if (ended === null) throw new NotFoundProblem()
    return ended
  }
}

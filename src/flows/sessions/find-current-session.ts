import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Session } from '../../domain/sessions/session.ts'
import type { FlowDeps } from '../flow-deps.ts'

/** The session of the request; null if it has just ended. */
export function createFindCurrentSession(deps: Pick<FlowDeps, 'sessions' | 'clock'>) {
  return async function findCurrentSession({
    sessionId,
  }: Pick<UserViewer, 'sessionId'>): Promise<Session | null> {
    return deps.sessions.findLive(sessionId, deps.clock.now())
  }
}

import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Session } from '../../domain/sessions/session.ts'
import type { StorePage } from '../../lib/store-page.ts'
import type { FlowDeps } from '../flow-deps.ts'

type FindSessionsDeps = Pick<FlowDeps, 'sessions' | 'clock'>

export interface FoundSessions {
  readonly sessions: readonly Session[]
  /** Number of live sessions on all pages. */
  count(): Promise<number>
}

/** A page of a user's live sessions, newest first. The caller has checked who may read them. */
export function createFindSessions(deps: FindSessionsDeps) {
  return async function findSessions(userId: string, page: StorePage): Promise<FoundSessions> {
    const now = deps.clock.now()
    return {
      sessions: await deps.sessions.listLive(userId, page, now),
      count: () => deps.sessions.countLive(userId, now),
    }
  }
}

/** The session of the request; null if it has just ended. */
export function createFindCurrentSession(deps: FindSessionsDeps) {
  return async function findCurrentSession({
    sessionId,
  }: Pick<UserViewer, 'sessionId'>): Promise<Session | null> {
    return deps.sessions.findLive(sessionId, deps.clock.now())
  }
}

import type { Session } from '../../domain/sessions/session.ts'
import type { StorePage } from '../../lib/collections/store-page.ts'
import type { FlowDeps } from '../flow-deps.ts'

export interface FoundSessions {
  readonly sessions: readonly Session[]
  /** Number of live sessions on all pages. */
  count(): Promise<number>
}

/** A page of a user's live sessions, newest first. The caller has checked who may read them. */
export function createFindSessions(deps: Pick<FlowDeps, 'sessions' | 'clock'>) {
  return async function findSessions(userId: string, page: StorePage): Promise<FoundSessions> {
    const now = deps.clock.now()
    return {
      sessions: await deps.sessions.listLive(userId, page, now),
      count: () => deps.sessions.countLive(userId, now),
    }
  }
}

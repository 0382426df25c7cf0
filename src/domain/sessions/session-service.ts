import type { Clock } from '../../lib/clock.ts'
import type { Session } from './session.ts'
import type { SessionPage, SessionStore } from './session-store.ts'

/** Reads about sessions; only live ones are ever shown. */
export class SessionService {
  readonly #deps: { sessions: SessionStore; clock: Clock }

  constructor(deps: { sessions: SessionStore; clock: Clock }) {
    this.#deps = deps
  }

  find(sessionId: string): Promise<Session | null> {
    return this.#deps.sessions.findLive(sessionId, this.#deps.clock.now())
  }

  list(userId: string, page: SessionPage): Promise<readonly Session[]> {
    return this.#deps.sessions.listLive(userId, page, this.#deps.clock.now())
  }

  count(userId: string): Promise<number> {
    return this.#deps.sessions.countLive(userId, this.#deps.clock.now())
  }
}

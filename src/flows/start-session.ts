import { newSession, type SessionWish } from '../domain/sessions/new-session.ts'
import type { SessionRules } from '../domain/sessions/session-policy.ts'
import type { NewSession } from '../domain/sessions/session-store.ts'
import { familyHash, firstOfNewFamily, type RefreshToken } from '../domain/tokens/refresh-token.ts'
import type { Clock } from '../lib/clock.ts'
import type { Ids } from '../lib/ids.ts'

export interface StartSessionDeps {
  readonly clock: Clock
  readonly ids: Ids
  readonly sessionRules: SessionRules
}

/** A session that has not been stored, and the refresh token that will be its first. */
export function startSession(
  deps: StartSessionDeps,
  wish: Omit<SessionWish, 'familyHash'>,
): { session: NewSession; refresh: RefreshToken } {
  const refresh = firstOfNewFamily()
  const hash = familyHash(refresh.family)
  const session = newSession({ ...deps, rules: deps.sessionRules }, { ...wish, familyHash: hash })
  return { session, refresh }
}

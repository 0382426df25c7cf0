import { newSession, type SessionRequest } from '../../domain/sessions/new-session.ts'
import type { NewSession } from '../../domain/sessions/session-store.ts'
import { familyHash, firstOfNewFamily, type RefreshToken } from '../../domain/tokens/refresh-token.ts'
import type { Services } from '../services.ts'

export type StartSessionDeps = Pick<Services, 'clock' | 'ids' | 'sessionRules' | 'geo'>

/** A session that has not been stored, and the refresh token that will be its first. */
export function startSession(
  deps: StartSessionDeps,
  wish: Omit<SessionRequest, 'familyHash' | 'place'>,
): { session: NewSession; refresh: RefreshToken } {
  const refresh = firstOfNewFamily()
  const { address } = wish.origin
  const drawn = {
    familyHash: familyHash(refresh.family),
    place: address === null ? null : (deps.geo?.locate(address) ?? null),
  }
  const session = newSession({ ...deps, rules: deps.sessionRules }, { ...wish, ...drawn })
  return { session, refresh }
}

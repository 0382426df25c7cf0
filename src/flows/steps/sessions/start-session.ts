import { newSession, type SessionRequest } from '../../../domain/sessions/new-session.ts'
import type { SessionRules } from '../../../domain/sessions/session-policy.ts'
import type { NewSession } from '../../../domain/sessions/session-store.ts'
import { familyHash, firstOfNewFamily, type RefreshToken } from '../../../domain/tokens/refresh-token.ts'
import type { Services } from '../../services.ts'

export type StartSessionDeps = Pick<Services, 'clock' | 'ids' | 'geo'>

/** Creates a session and its first refresh token. Stores neither. */
export function startSession(
  deps: StartSessionDeps,
  request: Omit<SessionRequest, 'familyHash' | 'place'>,
  rules: SessionRules,
): { session: NewSession; refresh: RefreshToken } {
  const refresh = firstOfNewFamily()
  const { address } = request.origin
  const derived = {
    familyHash: familyHash(refresh.family),
    place: address === null ? null : (deps.geo?.locate(address) ?? null),
  }
  const session = newSession({ ...deps, rules }, { ...request, ...derived })
  return { session, refresh }
}

import type { GeoLocator } from '../../domain/risk/geo-locator.ts'
import { newSession, type SessionRequest } from '../../domain/sessions/new-session.ts'
import type { SessionRules } from '../../domain/sessions/session-policy.ts'
import type { NewSession } from '../../domain/sessions/session-store.ts'
import { familyHash, firstOfNewFamily, type RefreshToken } from '../../domain/tokens/refresh-token.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Ids } from '../../lib/ids.ts'

export interface StartSessionDeps {
  readonly clock: Clock
  readonly ids: Ids
  readonly sessionRules: SessionRules
  /** Null: nobody knows where addresses are. */
  readonly geo: GeoLocator | null
}

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

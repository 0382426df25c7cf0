import type { CsrfTokens } from '../../domain/sessions/csrf-token.ts'
import type { SessionStore } from '../../domain/sessions/session-store.ts'
import type { AccessTokenVerifier } from '../../domain/tokens/access-token-verifier.ts'
import { familyHash, type RefreshTokenCodec } from '../../domain/tokens/refresh-token.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Credentials } from '../steps/credentials.ts'

export interface FindCsrfTokenDeps {
  readonly verifier: Pick<AccessTokenVerifier, 'verify'>
  readonly refreshTokens: RefreshTokenCodec
  readonly csrfTokens: CsrfTokens
  readonly sessions: SessionStore
  readonly clock: Clock
}

/** The x-csrf-token for the session cookies of this request; null without them, and beside an
 * Authorization header or an API key, which need none. An expired access cookie will do. */
export function createFindCsrfToken(deps: FindCsrfTokenDeps) {
  return async (credentials: Credentials): Promise<string | null> => {
    const { authorization, apiKey, accessCookie, refreshCookie } = credentials
    if (authorization !== null || apiKey !== null) return null
    const fromAccess = accessCookie === null ? null : (await deps.verifier.verify(accessCookie)).claims
    if (fromAccess !== null) return deps.csrfTokens.issue(fromAccess.sessionId)
    const opened = refreshCookie === null ? null : deps.refreshTokens.open(refreshCookie)
    const found =
      opened === null ? null : await deps.sessions.findByFamily(familyHash(opened.family), deps.clock.now())
    return found === null ? null : deps.csrfTokens.issue(found.session.id)
  }
}

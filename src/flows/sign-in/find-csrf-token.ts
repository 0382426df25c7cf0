import { familyHash } from '../../domain/tokens/refresh-token.ts'
import type { FlowDeps } from '../flow-deps.ts'
import type { Credentials } from '../steps/access/credentials.ts'

type FindCsrfTokenDeps = Pick<FlowDeps, 'verifier' | 'refreshTokens' | 'csrfTokens' | 'sessions' | 'clock'>

/**
 * The value of x-csrf-token for the session cookies of the request. An expired access cookie is accepted. Null
 * without session cookies, and if the request has an Authorization header or an API key, which need no x-csrf-token.
 */
export function createFindCsrfToken(deps: FindCsrfTokenDeps) {
  return async function findCsrfToken(credentials: Credentials): Promise<string | null> {
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

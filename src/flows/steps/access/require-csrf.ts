import { ForbiddenError } from '../../../domain/refusals.ts'
import type { CsrfTokens } from '../../../domain/sessions/csrf-token.ts'
import type { Credentials } from './credentials.ts'

/** The session of x-csrf-token, which is required if session cookies are used. @throws ForbiddenError (CSRF) */
export function requireCsrf(tokens: CsrfTokens, credentials: Credentials): string {
  const sessionId = tokens.open(credentials.csrfToken)
  if (sessionId === null) throw new ForbiddenError('CSRF')
  return sessionId
}

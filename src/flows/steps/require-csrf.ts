import { ForbiddenError } from '../../domain/refusals.ts'
import type { CsrfTokens } from '../../domain/sessions/csrf-token.ts'
import type { Credentials } from './credentials.ts'

/** The session that x-csrf-token speaks for: what uses a session's cookies wants it. @throws ForbiddenError (CSRF) */
export function requireCsrf(tokens: CsrfTokens, credentials: Credentials): string {
  const sessionId = tokens.open(credentials.csrfToken)
  if (sessionId === null) throw new ForbiddenError('CSRF')
  return sessionId
}

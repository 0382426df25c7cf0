import { RateLimitedProblem } from '../../domain/problems.ts'
import { BadArgumentError, ForbiddenError, UnauthenticatedError } from '../../domain/refusals.ts'
import { RequestRefusal } from '../request/request-refusal.ts'
import { jsonResponse } from './json-response.ts'

/** An error response of OAuth (RFC 6749, section 5.2). */
export function oauthError(
  status: number,
  error: string,
  description: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return jsonResponse(status, { error, error_description: description }, headers)
}

/**
 * The response to a refused request; null if the error is not a refusal. `WWW-Authenticate` names what was wrong with the
 * credentials, and nothing if none were sent (RFC 6750, section 3).
 */
export function oauthRefusal(error: unknown): Response | null {
  if (error instanceof UnauthenticatedError) {
    const challenge = error.reason === 'TOKEN_MISSING' ? 'Bearer' : 'Bearer error="invalid_token"'
    return oauthError(401, 'invalid_token', error.message, { 'www-authenticate': challenge })
  }
  if (error instanceof ForbiddenError) {
    const challenge = 'Bearer error="insufficient_scope"'
    return oauthError(403, 'insufficient_scope', error.message, { 'www-authenticate': challenge })
  }
  if (error instanceof RateLimitedProblem) return oauthError(429, 'slow_down', error.message)
  if (error instanceof BadArgumentError) return oauthError(400, 'invalid_request', error.message)
  if (error instanceof RequestRefusal)
    return oauthError(error.status, 'invalid_request', error.message, error.headers)
  return null
}

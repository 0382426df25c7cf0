/**
 * Why a request is not authenticated: `extensions.reason` of an UNAUTHENTICATED error. The errors of this file are not
 * members of a union: they refuse a whole field and appear in the top-level `errors` of a response, with `extensions.code`.
 */
export type TokenFailure = 'TOKEN_MISSING' | 'TOKEN_INVALID' | 'TOKEN_EXPIRED' | 'TOKEN_REVOKED'

/** The field requires authentication (RFC 6750, section 3.1, without its HTTP status). */
export class UnauthenticatedError extends Error {
  readonly reason: TokenFailure
  constructor(reason: TokenFailure) {
    super(messages[reason])
    this.reason = reason
  }
}

const messages: Record<TokenFailure, string> = {
  TOKEN_MISSING: 'Sign in first. This field requires an access token or an API key.',
  TOKEN_INVALID: 'The access token or API key is not valid.',
  TOKEN_EXPIRED: 'The access token has expired. Refresh it, then repeat the request.',
  TOKEN_REVOKED:
    'The access token has been revoked, or the API key is no longer valid. Sign in again, or use another key.',
}

/** The viewer is authenticated but not permitted. `reason` CSRF: a session cookie came without a matching x-csrf-token. */
export class ForbiddenError extends Error {
  readonly reason: 'CSRF' | null
  constructor(reason: 'CSRF' | null = null) {
    super(
      reason === 'CSRF'
        ? 'A mutation with session cookies requires the header x-csrf-token. The query csrfToken returns its value.'
        : 'You do not have permission to do this.',
    )
    this.reason = reason
  }
}

/** An argument of a query is not valid, for example a forged cursor. */
export class BadArgumentError extends Error {}

/** A dependency is unavailable. Nothing was decided and nothing was changed. */
export class UnavailableError extends Error {
  readonly retryAfterSeconds: number
  constructor(retryAfterSeconds = 1) {
    super('The service is temporarily unavailable. Try again in a moment.')
    this.retryAfterSeconds = retryAfterSeconds
  }
}

/**
 * More callers hash passwords than the service can serve. Has no stack: in an overload every call is refused, and a stack
 * takes longer than the rest of the refusal.
 */
export class OverloadError extends UnavailableError {
  constructor(retryAfterSeconds: number) {
    const { stackTraceLimit } = Error
    Error.stackTraceLimit = 0
    super(retryAfterSeconds)
    Error.stackTraceLimit = stackTraceLimit
  }
}

/**
 * Why a whole field, not one mutation's expectation, is refused. Answered in the top-level `errors` of a response
 * with `extensions.code`; see graphql/problems.ts.
 */
export type TokenFailure = 'TOKEN_MISSING' | 'TOKEN_INVALID' | 'TOKEN_EXPIRED' | 'TOKEN_REVOKED'

/** The field wants somebody who is signed in (RFC 6750 section 3.1 without its HTTP status). */
export class UnauthenticatedError extends Error {
  readonly reason: TokenFailure
  constructor(reason: TokenFailure) {
    super(messages[reason])
    this.reason = reason
  }
}

const messages: Record<TokenFailure, string> = {
  TOKEN_MISSING: 'Sign in first: this field wants an access token or an API key.',
  TOKEN_INVALID: 'The access token or API key is not valid.',
  TOKEN_EXPIRED: 'The access token has expired. Refresh, then ask again.',
  TOKEN_REVOKED: 'The access token has been revoked: sign in again. Or the API key is not good any more.',
}

/** The viewer is known and may not. `reason` CSRF: a cookie came without its x-csrf-token. */
export class ForbiddenError extends Error {
  readonly reason: 'CSRF' | null
  constructor(reason: 'CSRF' | null = null) {
    super(
      reason === 'CSRF'
        ? 'A mutation with session cookies wants the header x-csrf-token; the query csrfToken gives its value.'
        : 'You may not do this.',
    )
    this.reason = reason
  }
}

/** An argument of a query is not usable, for example a forged cursor. */
export class BadArgumentError extends Error {}

/** Something that the decision needs cannot be asked now; nothing was decided and nothing was changed. */
export class UnavailableError extends Error {
  readonly retryAfterSeconds: number
  constructor(retryAfterSeconds = 1) {
    super('The service cannot answer this right now. Try again in a moment.')
    this.retryAfterSeconds = retryAfterSeconds
  }
}

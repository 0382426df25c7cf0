import type { AssuranceLevel, RefusalReason, Unavailable } from './outcome.ts'

export interface AccessErrorDetails {
  readonly status: 401 | 403 | 503
  /** The error code of RFC 6750 and RFC 9470, for the body of an HTTP response. */
  readonly error: string
  readonly headers: Readonly<Record<string, string>>
  /** `code` and more, as in the errors of Gatehouse. */
  readonly extensions: Readonly<Record<string, unknown>>
}

/**
 * A request is not allowed, or cannot be decided. GraphQL servers return it with its `extensions`, like errors of Gatehouse; HTTP
 * frameworks respond with its status and headers.
 */
export class AccessError extends Error {
  readonly status: AccessErrorDetails['status']
  /** The same, under the name that Express, Fastify and Nest read. */
  readonly statusCode: number
  /** The message is for callers. Express and Nest read this. */
  readonly expose = true
  readonly headers: Readonly<Record<string, string>>
  readonly extensions: Readonly<Record<string, unknown>>
  /** The body of an HTTP response. */
  readonly body: { readonly error: string; readonly error_description: string }

  constructor(message: string, { status, error, headers, extensions }: AccessErrorDetails) {
    super(message)
    this.name = 'AccessError'
    this.status = status
    this.statusCode = status
    this.headers = { 'cache-control': 'no-store', ...headers }
    this.extensions = extensions
    this.body = { error, error_description: message }
  }

  getResponse(): Response {
    return Response.json(this.body, { status: this.status, headers: this.headers })
  }
}

/** Also true for an error of another copy of this package, such as its CommonJS build. */
export function isAccessError(error: unknown): error is AccessError {
  return error instanceof Error && error.name === 'AccessError' && 'extensions' in error && 'status' in error
}

const messages: Partial<Record<RefusalReason, string>> = {
  MISSING: 'Sign in first. This requires an access token or an API key.',
  EXPIRED: 'The access token has expired. Refresh it, then repeat the request.',
  REVOKED: 'The access token has been revoked. Sign in again.',
  INACTIVE: 'The API key is not valid.',
}
/** The reasons that Gatehouse gives, and that its clients know: a refresh follows an expired token, a sign-in the others. */
const tokenFailures: Partial<Record<RefusalReason, string>> = {
  MISSING: 'TOKEN_MISSING',
  EXPIRED: 'TOKEN_EXPIRED',
  REVOKED: 'TOKEN_REVOKED',
  INACTIVE: 'TOKEN_REVOKED',
}

export function unauthenticated(reason: RefusalReason): AccessError {
  if (reason === 'WRONG_TENANT') return wrongTenant()
  // Without credentials a challenge has no error code (RFC 6750, section 3.1).
  const challenge = reason === 'MISSING' ? 'Bearer' : 'Bearer error="invalid_token"'
  return new AccessError(messages[reason] ?? 'The access token or API key is not valid.', {
    status: 401,
    error: 'invalid_token',
    headers: { 'www-authenticate': challenge },
    extensions: { code: 'UNAUTHENTICATED', reason: tokenFailures[reason] ?? 'TOKEN_INVALID' },
  })
}

/** The token is good elsewhere, so that clients must not sign their users out. */
function wrongTenant(): AccessError {
  return new AccessError('This service belongs to another tenant.', {
    status: 403,
    error: 'access_denied',
    headers: {},
    extensions: { code: 'FORBIDDEN', reason: 'WRONG_TENANT' },
  })
}

/** API keys prove nothing about a person. */
export function apiKeyNotAllowed(): AccessError {
  return new AccessError('API keys are not allowed to do this.', {
    status: 403,
    error: 'access_denied',
    headers: {},
    extensions: { code: 'FORBIDDEN', reason: 'API_KEY' },
  })
}

export function insufficientScope(scopes: readonly string[]): AccessError {
  return new AccessError('You do not have permission to do this.', {
    status: 403,
    error: 'insufficient_scope',
    headers: { 'www-authenticate': `Bearer error="insufficient_scope", scope="${scopes.join(' ')}"` },
    extensions: { code: 'FORBIDDEN', reason: 'INSUFFICIENT_SCOPE', scopes },
  })
}

/** RFC 9470, section 3. */
export function insufficientAssurance(level: AssuranceLevel, maxAgeSeconds: number | null): AccessError {
  const maxAge = maxAgeSeconds === null ? '' : `, max_age="${maxAgeSeconds}"`
  const error = 'insufficient_user_authentication'
  return new AccessError('This requires a stronger or more recent proof of who you are.', {
    status: 401,
    error,
    headers: { 'www-authenticate': `Bearer error="${error}", acr_values="${level}"${maxAge}` },
    // Not UNAUTHENTICATED: clients would refresh or sign out, which changes nothing.
    extensions: { code: 'FORBIDDEN', reason: 'INSUFFICIENT_ASSURANCE', acrValues: level, maxAgeSeconds },
  })
}

export function unavailable({ retryAfterSeconds }: Pick<Unavailable, 'retryAfterSeconds'>): AccessError {
  return new AccessError('Credentials cannot be checked at the moment. Try again in a moment.', {
    status: 503,
    error: 'temporarily_unavailable',
    headers: { 'retry-after': String(retryAfterSeconds) },
    extensions: { code: 'UNAVAILABLE', retryAfterSeconds },
  })
}

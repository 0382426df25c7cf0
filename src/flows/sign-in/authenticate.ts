import { applicationPermissions, type Permission, permissionsOf } from '../../domain/access/permissions.ts'
import type { ApiKeyViewer, UserViewer, Viewer } from '../../domain/access/viewer.ts'
import { looksLikeApiKey } from '../../domain/api-keys/api-key.ts'
import { ForbiddenError, type TokenFailure, UnauthenticatedError } from '../../domain/refusals.ts'
import type { AccessTokenClaims } from '../../domain/tokens/access-token.ts'
import type { AccessTokenVerdict } from '../../domain/tokens/access-token-verifier.ts'
import { readCallsPerSpan } from '../../lib/collections/calls-per-span.ts'
import type { FlowDeps } from '../flow-deps.ts'
import type { ApiKeyRejection, ApiKeyVerdict } from '../steps/access/check-api-key.ts'
import type { Credentials } from '../steps/access/credentials.ts'

type AuthenticateDeps = Pick<
  FlowDeps,
  'verifier' | 'revocations' | 'checkApiKey' | 'apiKeyUses' | 'sessionUses'
>

/** The viewer, or why there is none. A failure refuses only the fields that require a viewer. */
export type Authentication =
  | { readonly viewer: Viewer; readonly failure: null }
  | { readonly viewer: null; readonly failure: TokenFailure | CheckUnavailable }

/** The store that knows whether the token is revoked is unavailable; `cause` is the error that it threw. */
export interface CheckUnavailable {
  readonly cause: unknown
}

export type Authenticate = (credentials: Credentials) => Promise<Authentication>

/**
 * Finds the viewer of a request from its credentials. Makes no network call while the revocation list of the process
 * is fresh, except for API keys that are not in the cache. Never throws: an invalid token must not fail a request
 * that needs none.
 */
export function createAuthenticate(deps: AuthenticateDeps): Authenticate {
  return async function authenticate(credentials) {
    const presented = presentedToken(credentials)
    if (typeof presented === 'string') return failed(presented)
    try {
      return presented.via === 'apiKey'
        ? await authenticateApiKey(deps, presented.token)
        : await authenticateAccessToken(deps, presented.token, presented.via)
    } catch (cause) {
      return failed({ cause })
    }
  }
}

async function authenticateAccessToken(
  deps: AuthenticateDeps,
  token: string,
  via: UserViewer['via'],
): Promise<Authentication> {
  const verdict = await deps.verifier.verify(token)
  if (verdict.rejection !== null) return failed(failureOf(verdict))
  if (await deps.revocations.isRevoked(verdict.claims)) return failed('TOKEN_REVOKED')
  deps.sessionUses.note(verdict.claims)
  return { viewer: toViewer(verdict.claims, via), failure: null }
}

async function authenticateApiKey(deps: AuthenticateDeps, text: string): Promise<Authentication> {
  const verdict = await deps.checkApiKey(text)
  if (verdict.rejection !== null) return failed(apiKeyFailures[verdict.rejection])
  deps.apiKeyUses.note(verdict.key)
  return { viewer: toApiKeyViewer(verdict), failure: null }
}

interface PresentedToken {
  readonly token: string
  readonly via: UserViewer['via'] | 'apiKey'
}

/** An Authorization header and an API key at once are ambiguous, so the request has no viewer. */
function presentedToken(credentials: Credentials): PresentedToken | TokenFailure {
  const { authorization, apiKey, accessCookie, refreshCookie } = credentials
  if (authorization !== null && apiKey !== null) return 'TOKEN_INVALID'
  if (apiKey !== null) return { token: apiKey, via: 'apiKey' }
  if (authorization !== null) {
    const token = bearerToken(authorization)
    if (token === null) return 'TOKEN_INVALID'
    return { token, via: looksLikeApiKey(token) ? 'apiKey' : 'header' }
  }
  if (accessCookie !== null) return { token: accessCookie, via: 'cookie' }
  return refreshCookie === null ? 'TOKEN_MISSING' : 'TOKEN_EXPIRED'
}

/**
 * The viewer, if they have the permission. @throws UnauthenticatedError, ForbiddenError, or the error of the store if
 * the token could not be checked
 */
export function requirePermission({ viewer, failure }: Authentication, permission: Permission): Viewer {
  if (viewer !== null) {
    if (!viewer.permissions.has(permission)) throw new ForbiddenError()
    return viewer
  }
  if (typeof failure === 'string') throw new UnauthenticatedError(failure)
  throw failure.cause
}

/** The token of `Authorization: Bearer …` (RFC 6750 section 2.1); null for any other scheme or syntax. */
export function bearerToken(authorization: string): string | null {
  return /^bearer ([^\s]+)$/i.exec(authorization)?.[1] ?? null
}

function failureOf(verdict: AccessTokenVerdict): TokenFailure {
  return verdict.rejection === 'EXPIRED' ? 'TOKEN_EXPIRED' : 'TOKEN_INVALID'
}

/** An expired key is not TOKEN_EXPIRED, because a refresh does not help. */
const apiKeyFailures: Readonly<Record<ApiKeyRejection, TokenFailure>> = {
  MALFORMED: 'TOKEN_INVALID',
  UNKNOWN: 'TOKEN_INVALID',
  REVOKED: 'TOKEN_REVOKED',
  EXPIRED: 'TOKEN_REVOKED',
  USER_DISABLED: 'TOKEN_REVOKED',
}

function failed(failure: TokenFailure | CheckUnavailable): Authentication {
  return { viewer: null, failure }
}

function toViewer(claims: AccessTokenClaims, via: UserViewer['via']): UserViewer {
  return {
    kind: 'USER',
    userId: claims.userId,
    tenantId: claims.tenantId,
    sessionId: claims.sessionId,
    role: claims.role,
    permissions: new Set(permissionsOf(claims.role, claims.tenantId)),
    accessRoles: claims.accessRoles,
    accessPermissions: new Set(applicationPermissions(claims.scopes)),
    accessVersion: claims.accessVersion,
    tokenVersion: claims.tokenVersion,
    tokenId: claims.tokenId,
    issuedAt: claims.issuedAt,
    tokenExpiresAt: claims.expiresAt,
    amr: claims.amr,
    authTime: claims.authTime,
    secondFactorAt: claims.secondFactorAt,
    via,
  }
}

function toApiKeyViewer({
  key,
  owner,
  permissions,
  accessPermissions,
}: Extract<ApiKeyVerdict, { rejection: null }>): ApiKeyViewer {
  return {
    kind: 'API_KEY',
    apiKeyId: key.id,
    userId: owner.id,
    tenantId: owner.tenantId,
    permissions: new Set(permissions),
    accessPermissions: new Set(accessPermissions),
    budget: key.rateLimit === null ? null : readCallsPerSpan(key.rateLimit),
  }
}

import { type Permission, permissionsOf } from '../../domain/access/permissions.ts'
import type { ApiKeyViewer, UserViewer, Viewer } from '../../domain/access/viewer.ts'
import { looksLikeApiKey } from '../../domain/api-keys/api-key.ts'
import { ForbiddenError, type TokenFailure, UnauthenticatedError } from '../../domain/refusals.ts'
import type { AccessTokenClaims } from '../../domain/tokens/access-token.ts'
import type { AccessTokenVerdict } from '../../domain/tokens/access-token-verifier.ts'
import { readCallsPerSpan } from '../../lib/calls-per-span.ts'
import type { FlowDeps } from '../flow-deps.ts'
import type { ApiKeyRejection, ApiKeyVerdict } from '../steps/check-api-key.ts'
import type { Credentials } from '../steps/credentials.ts'

type AuthenticateDeps = Pick<FlowDeps, 'verifier' | 'revocations' | 'checkApiKey' | 'apiKeyUses'>

/** Who asks, or why that is not known. A failure refuses only the fields that want somebody. */
export type Authentication =
  | { readonly viewer: Viewer; readonly failure: null }
  | { readonly viewer: null; readonly failure: TokenFailure | UnknownNow }

/** Whether the token was revoked could not be asked; `cause` is what the store threw. */
export interface UnknownNow {
  readonly cause: unknown
}

export type Authenticate = (credentials: Credentials) => Promise<Authentication>

/**
 * The credentials of a request → the viewer. Touches no network while the process's revocation list is fresh, but for
 * API keys that it does not know yet. Never throws: a bad token must not fail a request that needs none.
 */
export function createAuthenticate(deps: AuthenticateDeps): Authenticate {
  return async (credentials) => {
    const presented = presentedToken(credentials)
    if (typeof presented === 'string') return failed(presented)
    try {
      return presented.via === 'apiKey'
        ? await ofApiKey(deps, presented.token)
        : await ofAccessToken(deps, presented.token, presented.via)
    } catch (cause) {
      return failed({ cause })
    }
  }
}

async function ofAccessToken(
  deps: AuthenticateDeps,
  token: string,
  via: UserViewer['via'],
): Promise<Authentication> {
  const verdict = await deps.verifier.verify(token)
  if (verdict.rejection !== null) return failed(failureOf(verdict))
  if (await deps.revocations.isRevoked(verdict.claims)) return failed('TOKEN_REVOKED')
  return { viewer: toViewer(verdict.claims, via), failure: null }
}

async function ofApiKey(deps: AuthenticateDeps, text: string): Promise<Authentication> {
  const verdict = await deps.checkApiKey(text)
  if (verdict.rejection !== null) return failed(apiKeyFailures[verdict.rejection])
  deps.apiKeyUses.note(verdict.key)
  return { viewer: toApiKeyViewer(verdict), failure: null }
}

interface Presented {
  readonly token: string
  readonly via: UserViewer['via'] | 'apiKey'
}

/** Two credentials at once would be two answers to who asks: then nobody does. */
function presentedToken(credentials: Credentials): Presented | TokenFailure {
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

/** Whoever asks, who has the permission. @throws UnauthenticatedError, ForbiddenError, or what kept the service from knowing */
export function admitted({ viewer, failure }: Authentication, permission: Permission): Viewer {
  if (viewer !== null) {
    if (!viewer.permissions.has(permission)) throw new ForbiddenError()
    return viewer
  }
  if (typeof failure === 'string') throw new UnauthenticatedError(failure)
  throw failure.cause
}

/** The token of `Authorization: Bearer …` (RFC 6750 section 2.1); null for any other scheme or form. */
export function bearerToken(authorization: string): string | null {
  return /^bearer ([^\s]+)$/i.exec(authorization)?.[1] ?? null
}

function failureOf(verdict: AccessTokenVerdict): TokenFailure {
  return verdict.rejection === 'EXPIRED' ? 'TOKEN_EXPIRED' : 'TOKEN_INVALID'
}

/** No refresh mends an expired key, so it is not TOKEN_EXPIRED. */
const apiKeyFailures: Readonly<Record<ApiKeyRejection, TokenFailure>> = {
  MALFORMED: 'TOKEN_INVALID',
  UNKNOWN: 'TOKEN_INVALID',
  REVOKED: 'TOKEN_REVOKED',
  EXPIRED: 'TOKEN_REVOKED',
  USER_DISABLED: 'TOKEN_REVOKED',
}

function failed(failure: TokenFailure | UnknownNow): Authentication {
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
    tokenVersion: claims.tokenVersion,
    tokenId: claims.tokenId,
    tokenExpiresAt: claims.expiresAt,
    authTime: claims.authTime,
    via,
  }
}

function toApiKeyViewer({
  key,
  owner,
  permissions,
}: Extract<ApiKeyVerdict, { rejection: null }>): ApiKeyViewer {
  return {
    kind: 'API_KEY',
    apiKeyId: key.id,
    userId: owner.id,
    tenantId: owner.tenantId,
    permissions: new Set(permissions),
    budget: key.rateLimit === null ? null : readCallsPerSpan(key.rateLimit),
  }
}

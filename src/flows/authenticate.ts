import { permissionsOf } from '../domain/access/permissions.ts'
import type { Viewer } from '../domain/access/viewer.ts'
import type { TokenFailure } from '../domain/refusals.ts'
import type { AccessTokenClaims } from '../domain/tokens/access-token.ts'
import type { AccessTokenVerdict, AccessTokenVerifier } from '../domain/tokens/access-token-verifier.ts'
import type { RevocationList } from '../domain/tokens/revocation-list.ts'
import type { Credentials } from './credentials.ts'

export interface AuthenticateDeps {
  readonly verifier: Pick<AccessTokenVerifier, 'verify'>
  readonly revocations: Pick<RevocationList, 'isRevoked'>
}

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
 * The credentials of a request → the viewer. Touches no network while the process's revocation list is fresh. Never
 * throws: a bad token must not fail a request that needs none.
 */
export function createAuthenticate(deps: AuthenticateDeps): Authenticate {
  return async (credentials) => {
    const presented = presentedToken(credentials)
    if (typeof presented === 'string') return failed(presented)
    const verdict = await deps.verifier.verify(presented.token)
    if (verdict.rejection !== null) return failed(failureOf(verdict))
    try {
      if (await deps.revocations.isRevoked(verdict.claims)) return failed('TOKEN_REVOKED')
    } catch (cause) {
      return failed({ cause })
    }
    return { viewer: toViewer(verdict.claims, presented.via), failure: null }
  }
}

function presentedToken(credentials: Credentials): { token: string; via: Viewer['via'] } | TokenFailure {
  if (credentials.authorization !== null) {
    const token = bearerToken(credentials.authorization)
    return token === null ? 'TOKEN_INVALID' : { token, via: 'header' }
  }
  if (credentials.accessCookie !== null) return { token: credentials.accessCookie, via: 'cookie' }
  return credentials.refreshCookie === null ? 'TOKEN_MISSING' : 'TOKEN_EXPIRED'
}

/** The token of `Authorization: Bearer …` (RFC 6750 section 2.1); null for any other scheme or form. */
export function bearerToken(authorization: string): string | null {
  return /^bearer ([^\s]+)$/i.exec(authorization)?.[1] ?? null
}

function failureOf(verdict: AccessTokenVerdict): TokenFailure {
  return verdict.rejection === 'EXPIRED' ? 'TOKEN_EXPIRED' : 'TOKEN_INVALID'
}

function failed(failure: TokenFailure | UnknownNow): Authentication {
  return { viewer: null, failure }
}

function toViewer(claims: AccessTokenClaims, via: Viewer['via']): Viewer {
  return {
    userId: claims.userId,
    tenantId: claims.tenantId,
    sessionId: claims.sessionId,
    role: claims.role,
    permissions: new Set(permissionsOf(claims.role)),
    tokenVersion: claims.tokenVersion,
    authTime: claims.authTime,
    via,
  }
}

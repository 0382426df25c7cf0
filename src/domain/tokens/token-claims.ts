import { isUuid } from '../../lib/ids/uuid.ts'
import type { UserRole } from '../users/user.ts'
import type { AccessTokenClaims } from './access-token.ts'

/** The content of a token whose signature is valid. */
export type TokenPayload = Readonly<Record<string, unknown>>

const roles: Readonly<Record<string, UserRole>> = { USER: 'USER', MODERATOR: 'MODERATOR', ADMIN: 'ADMIN' }

/** The claims of an access token; null if one is missing or has the wrong type. */
export function readClaims(payload: TokenPayload): AccessTokenClaims | null {
  const {
    sub,
    jti,
    iat,
    exp,
    sid,
    tid,
    ver,
    role,
    amr,
    auth_time: authTime,
    mfa_time: mfaTime,
    gen,
  } = payload
  const access = readAccess(payload)
  if (!isUuid(sub) || !isUuid(sid) || !isUuid(tid) || !isUuid(jti)) return null
  if (!isWhole(iat) || !isWhole(exp) || !isWhole(ver) || !isWhole(authTime)) return null
  if (typeof role !== 'string' || !Object.hasOwn(roles, role) || !Array.isArray(amr)) return null
  const known = roles[role]
  if (known === undefined || access === null) return null
  return {
    userId: sub,
    tenantId: tid,
    sessionId: sid,
    tokenId: jti,
    tokenVersion: ver,
    role: known,
    ...access,
    generation: isWhole(gen) ? gen : null,
    amr: amr.filter((method): method is string => typeof method === 'string'),
    authTime: new Date(authTime * 1000),
    secondFactorAt: isWhole(mfaTime) ? new Date(mfaTime * 1000) : null,
    issuedAt: new Date(iat * 1000),
    expiresAt: new Date(exp * 1000),
  }
}

type AccessClaims = Pick<AccessTokenClaims, 'accessRoles' | 'scopes' | 'accessVersion'>

const noAccess: AccessClaims = { accessRoles: [], scopes: [], accessVersion: null }

/** The claims about roles of the application. Without a version a change of the roles could not be recognised: null then. */
function readAccess({ roles: names, scope, acv }: TokenPayload): AccessClaims | null {
  if (names === undefined) return noAccess
  if (!Array.isArray(names) || names.length === 0 || !names.every((name) => typeof name === 'string'))
    return null
  if (!isWhole(acv) || typeof scope !== 'string') return null
  return { accessRoles: names, scopes: scope.split(' '), accessVersion: acv }
}

/** `nbf` in seconds since 1970; 0 if it is absent, null if it is not a number (RFC 7519, section 4.1.5). */
export function readNotBefore({ nbf }: TokenPayload): number | null {
  if (nbf === undefined) return 0
  return typeof nbf === 'number' ? nbf : null
}

/** Whether `aud`, a text or a list of texts, names the audience (RFC 7519, section 4.1.3). */
export function namesAudience({ aud }: TokenPayload, audience: string): boolean {
  return Array.isArray(aud) ? aud.includes(audience) : aud === audience
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value)
}

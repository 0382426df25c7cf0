import { isObject, isText, isWhole } from './json.ts'
import type { AssuranceLevel, BuiltInRole, Viewer } from './outcome.ts'

/** What a revocation can match. */
export interface RevocableToken {
  readonly sub: string
  readonly sid: string
  readonly jti: string
  readonly tid: string
  readonly iat: number
  readonly ver: number
  /** Names of the application's roles. */
  readonly roles: readonly string[]
  /** The access version; null without roles. */
  readonly acv: number | null
}

export interface TokenContent {
  readonly viewer: Viewer
  readonly revocable: RevocableToken
  /** `iss`, `aud`, `iat`, `nbf` and `exp`: seconds since 1970. */
  readonly issuer: string
  readonly audiences: readonly string[]
  readonly issuedAt: number
  readonly notBefore: number
  readonly expiresAt: number
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const builtInRoles = new Map<unknown, BuiltInRole>([
  ['USER', 'USER'],
  ['MODERATOR', 'MODERATOR'],
  ['ADMIN', 'ADMIN'],
])

export function isUuid(value: unknown): value is string {
  return isText(value) && uuid.test(value)
}

/** The content of a token whose signature is valid; null if a claim is missing or has the wrong type. */
export function readClaims(claims: unknown): TokenContent | null {
  if (!isObject(claims)) return null
  const { iss, sub, sid, tid, jti, iat, exp, nbf = 0, ver, auth_time: authTime, mfa_time: mfaTime } = claims
  if (!isUuid(sub) || !isUuid(sid) || !isUuid(tid) || !isUuid(jti) || !isText(iss)) return null
  if (!isWhole(iat) || !isWhole(exp) || !isWhole(nbf) || !isWhole(ver) || !isWhole(authTime)) return null
  const role = builtInRoles.get(claims.role)
  const methods = claims.amr
  const access = readAccess(claims)
  if (role === undefined || !isTexts(methods) || access === null) return null
  return {
    viewer: {
      kind: 'USER',
      userId: sub,
      tenantId: tid,
      sessionId: sid,
      tokenId: jti,
      role,
      roles: access.roles,
      scopes: scopesOf(claims.scope),
      assurance: {
        level: levelOf(claims.acr),
        methods,
        authenticatedAt: toDate(authTime),
        secondFactorAt: isWhole(mfaTime) ? toDate(mfaTime) : null,
      },
      expiresAt: toDate(exp),
      claims,
    },
    revocable: { sub, sid, jti, tid, iat, ver, ...access },
    issuer: iss,
    audiences: audiencesOf(claims.aud),
    issuedAt: iat,
    notBefore: nbf,
    expiresAt: exp,
  }
}

/** `scope`: permissions, separated by blanks (RFC 9068, section 2.2.3). */
export function scopesOf(scope: unknown): ReadonlySet<string> {
  return new Set(isText(scope) ? scope.split(' ').filter((name) => name !== '') : [])
}

/** Without a version, a change of the roles could not be recognised: null then. */
function readAccess({ roles, acv }: Readonly<Record<string, unknown>>) {
  if (roles === undefined) return { roles: [], acv: null }
  return isTexts(roles) && roles.length > 0 && isWhole(acv) ? { roles, acv } : null
}

/** Tokens of versions before second factors have no `acr`: one factor. */
function levelOf(acr: unknown): AssuranceLevel {
  return acr === 'aal2' ? 'aal2' : 'aal1'
}

function audiencesOf(aud: unknown): readonly string[] {
  return Array.isArray(aud) ? aud.filter(isText) : isText(aud) ? [aud] : []
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText)
}

export function toDate(seconds: number): Date {
  return new Date(seconds * 1000)
}

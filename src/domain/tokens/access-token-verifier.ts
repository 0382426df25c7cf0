import { errors, type JWTPayload, jwtVerify } from 'jose'
import type { Clock } from '../../lib/clock.ts'
import { isUuid } from '../../lib/uuid.ts'
import type { VerificationKey } from '../keys/signing-key.ts'
import type { UserRole } from '../users/user.ts'
import {
  type AccessTokenClaims,
  accessTokenType,
  clockLeewaySeconds,
  type TokenSettings,
} from './access-token.ts'
import { readCompactHeader } from './compact-jws.ts'

export interface AccessTokenVerifierDeps {
  readonly keys: { find(kid: string): Promise<VerificationKey | null> }
  readonly settings: TokenSettings
  readonly clock: Clock
}

/** Why a token was refused. The names are those of the public enum TokenRejection. */
export type AccessTokenRejection =
  | 'MALFORMED'
  | 'BAD_SIGNATURE'
  | 'EXPIRED'
  | 'NOT_YET_VALID'
  | 'WRONG_ISSUER'
  | 'WRONG_AUDIENCE'

export type AccessTokenVerdict =
  | { readonly claims: AccessTokenClaims; readonly rejection: null }
  /** The claims of an EXPIRED token are authentic. Use them only to end its session. */
  | { readonly claims: AccessTokenClaims | null; readonly rejection: AccessTokenRejection }

/**
 * Verifies an access token: strict form, type, key and its one algorithm, signature, issuer, audience, times, and the
 * types of all claims (RFC 8725; RFC 9068, section 4). It does not check revocation.
 */
export class AccessTokenVerifier {
  readonly #deps: AccessTokenVerifierDeps

  constructor(deps: AccessTokenVerifierDeps) {
    this.#deps = deps
  }

  async verify(token: string): Promise<AccessTokenVerdict> {
    const header = readCompactHeader(token)
    if (header === null || header.typ !== accessTokenType) return rejected('MALFORMED')
    const key = await this.#deps.keys.find(header.kid)
    if (key === null || key.algorithm !== header.alg) return rejected('BAD_SIGNATURE')
    try {
      const { payload } = await jwtVerify(token, key.publicKey, this.#options(key))
      return verdictOf(payload, this.#deps.clock.now())
    } catch (error) {
      return rejectionOf(error)
    }
  }

  #options(key: VerificationKey) {
    const { settings, clock } = this.#deps
    return {
      algorithms: [key.algorithm],
      issuer: settings.issuer,
      audience: settings.audience,
      typ: accessTokenType,
      clockTolerance: clockLeewaySeconds,
      currentDate: clock.now(),
      requiredClaims: ['exp', 'iat', 'sub', 'jti'],
    }
  }
}

function rejected(rejection: AccessTokenRejection): AccessTokenVerdict {
  return { claims: null, rejection }
}

function rejectionOf(error: unknown): AccessTokenVerdict {
  if (error instanceof errors.JWTExpired) return { claims: readClaims(error.payload), rejection: 'EXPIRED' }
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'iss') return rejected('WRONG_ISSUER')
    if (error.claim === 'aud') return rejected('WRONG_AUDIENCE')
    return rejected(error.claim === 'nbf' || error.claim === 'iat' ? 'NOT_YET_VALID' : 'MALFORMED')
  }
  return rejected(error instanceof errors.JWSSignatureVerificationFailed ? 'BAD_SIGNATURE' : 'MALFORMED')
}

function verdictOf(payload: JWTPayload, now: Date): AccessTokenVerdict {
  const claims = readClaims(payload)
  if (claims === null) return rejected('MALFORMED')
  if (claims.issuedAt.getTime() > now.getTime() + clockLeewaySeconds * 1000) return rejected('NOT_YET_VALID')
  return { claims, rejection: null }
}

const roles: Readonly<Record<string, UserRole>> = { USER: 'USER', MODERATOR: 'MODERATOR', ADMIN: 'ADMIN' }

function readClaims(payload: JWTPayload): AccessTokenClaims | null {
  const { sub, jti, iat, exp, sid, tid, ver, role, amr, auth_time: authTime, gen } = payload
  if (!isUuid(sub) || !isUuid(sid) || !isUuid(tid) || !isUuid(jti)) return null
  if (!isWhole(iat) || !isWhole(exp) || !isWhole(ver) || !isWhole(authTime)) return null
  if (typeof role !== 'string' || !Object.hasOwn(roles, role) || !Array.isArray(amr)) return null
  const known = roles[role]
  if (known === undefined) return null
  return {
    userId: sub,
    tenantId: tid,
    sessionId: sid,
    tokenId: jti,
    tokenVersion: ver,
    role: known,
    generation: isWhole(gen) ? gen : null,
    amr: amr.filter((method): method is string => typeof method === 'string'),
    authTime: new Date(authTime * 1000),
    issuedAt: new Date(iat * 1000),
    expiresAt: new Date(exp * 1000),
  }
}

function isWhole(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value)
}

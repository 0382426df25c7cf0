import { digestText } from '../../lib/crypto/digest.ts'
import type { Clock } from '../../lib/time/clock.ts'
import type { VerificationKey } from '../keys/signing-key.ts'
import {
  type AccessTokenClaims,
  accessTokenType,
  clockLeewaySeconds,
  type TokenSettings,
} from './access-token.ts'
import { maxTokenLength, readCompactHeader, readCompactPayload } from './compact-jws.ts'
import { isSignedBy } from './jws-signature.ts'
import { namesAudience, readClaims, readNotBefore } from './token-claims.ts'
import { type AuthenticToken, VerifiedTokens } from './verified-tokens.ts'

export interface AccessTokenVerifierDeps {
  readonly keys: {
    find(kid: string): Promise<VerificationKey | null>
    /** Whether the key still verifies. */
    holds(key: VerificationKey): boolean
  }
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
 * types of all claims (RFC 8725; RFC 9068, section 4). It does not check revocation. What depends on the text alone is
 * remembered; the times and the key are checked with each call.
 */
export class AccessTokenVerifier {
  readonly #deps: AccessTokenVerifierDeps
  readonly #verified = new VerifiedTokens()

  constructor(deps: AccessTokenVerifierDeps) {
    this.#deps = deps
  }

  async verify(token: string): Promise<AccessTokenVerdict> {
    if (token.length > maxTokenLength) return rejected('MALFORMED')
    const digest = digestText(token)
    const found = this.#verified.find(digest)
    const known = found !== null && this.#deps.keys.holds(found.key)
    const authentic = known ? found : await this.#authenticate(token)
    const verdict = 'rejection' in authentic ? authentic : this.#judgeTimes(authentic)
    if (found !== null && verdict.rejection !== null) this.#verified.remove(digest)
    if (!known && !('rejection' in authentic) && verdict.rejection === null)
      this.#verified.add(digest, authentic)
    return verdict
  }

  /** Checks everything except the times. */
  async #authenticate(token: string): Promise<AuthenticToken | AccessTokenVerdict> {
    const header = readCompactHeader(token)
    if (header === null || header.typ !== accessTokenType) return rejected('MALFORMED')
    const key = await this.#deps.keys.find(header.kid)
    if (key === null || key.algorithm !== header.alg) return rejected('BAD_SIGNATURE')
    if (!isSignedBy(key, token)) return rejected('BAD_SIGNATURE')
    const payload = readCompactPayload(token)
    if (payload === null) return rejected('MALFORMED')
    const { issuer, audience } = this.#deps.settings
    if (payload.iss !== issuer) return rejected('WRONG_ISSUER')
    if (!namesAudience(payload, audience)) return rejected('WRONG_AUDIENCE')
    const claims = readClaims(payload)
    const notBefore = readNotBefore(payload)
    return claims === null || notBefore === null ? rejected('MALFORMED') : { claims, notBefore, key }
  }

  #judgeTimes({ claims, notBefore }: AuthenticToken): AccessTokenVerdict {
    const now = Math.floor(this.#deps.clock.now().getTime() / 1000)
    const latest = now + clockLeewaySeconds
    if (notBefore > latest || claims.issuedAt.getTime() > latest * 1000) return rejected('NOT_YET_VALID')
    if (claims.expiresAt.getTime() <= (now - clockLeewaySeconds) * 1000)
      return { claims, rejection: 'EXPIRED' }
    return { claims, rejection: null }
  }
}

function rejected(rejection: AccessTokenRejection): {
  readonly claims: null
  readonly rejection: AccessTokenRejection
} {
  return { claims: null, rejection }
}

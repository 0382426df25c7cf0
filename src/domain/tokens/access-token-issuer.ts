import type { Ids } from '../../lib/ids/ids.ts'
import type { JsonObject } from '../../lib/text/json.ts'
import type { Clock } from '../../lib/time/clock.ts'
import type { CurrentKey } from '../keys/signing-key.ts'
import type { AssuranceLevel } from '../sessions/assurance.ts'
import type { UserRole } from '../users/user.ts'
import { accessTokenType, acrValues, type TokenSettings } from './access-token.ts'
import { signingInputOf } from './compact-jws.ts'
import { signatureBy } from './jws-signature.ts'

export interface AccessTokenIssuerDeps {
  readonly keys: { readonly current: CurrentKey }
  readonly settings: TokenSettings
  readonly clock: Clock
  readonly ids: Ids
}

export interface AccessTokenSubject {
  readonly userId: string
  readonly tenantId: string
  readonly sessionId: string
  readonly tokenVersion: number
  readonly role: UserRole
  /** Written to the claim `scope`, separated by spaces. */
  readonly permissions: readonly string[]
  /** Written to the claim `roles`; if there are any, their version to the claim `acv`. */
  readonly accessRoles: readonly string[]
  readonly accessVersion: number | null
  /** Mapped claims by name. They replace no other claim. */
  readonly claims: JsonObject
  /** The generation of the refresh token that is issued with it. */
  readonly generation: number
  readonly amr: readonly string[]
  /** The level that the methods reach. Written to the claim `acr`. */
  readonly assuranceLevel: AssuranceLevel
  readonly authTime: Date
  /** Null: no second factor was proven, and the token has no claim `mfa_time`. */
  readonly secondFactorAt: Date | null
  /** Upper bound of the expiry: a token never outlives its session. */
  readonly sessionEndsAt: Date
}

export interface IssuedAccessToken {
  readonly token: string
  readonly expiresAt: Date
  /** Seconds from now. */
  readonly expiresIn: number
}

/** Signs access tokens (RFC 9068) with the current key. */
export class AccessTokenIssuer {
  readonly #deps: AccessTokenIssuerDeps

  constructor(deps: AccessTokenIssuerDeps) {
    this.#deps = deps
  }

  async issue(subject: AccessTokenSubject): Promise<IssuedAccessToken> {
    const { keys, settings, clock, ids } = this.#deps
    const issuedAt = toSeconds(clock.now())
    const sessionEnd = toSeconds(subject.sessionEndsAt)
    const expiresAt = Math.min(issuedAt + settings.accessTokenSeconds, sessionEnd)
    const key = keys.current
    const header = { alg: key.algorithm, typ: accessTokenType, kid: key.kid }
    const payload = {
      ...subject.claims,
      client_id: settings.clientId,
      sid: subject.sessionId,
      tid: subject.tenantId,
      ver: subject.tokenVersion,
      role: subject.role,
      gen: subject.generation,
      scope: subject.permissions.join(' '),
      amr: [...subject.amr],
      acr: acrValues[subject.assuranceLevel],
      auth_time: toSeconds(subject.authTime),
      ...(subject.accessVersion === null
        ? {}
        : { roles: [...subject.accessRoles], acv: subject.accessVersion }),
      ...(subject.secondFactorAt === null ? {} : { mfa_time: toSeconds(subject.secondFactorAt) }),
      iss: settings.issuer,
      aud: settings.audience,
      sub: subject.userId,
      jti: ids.next(),
      iat: issuedAt,
      exp: expiresAt,
    }
    const signingInput = signingInputOf(header, payload)
    const token = `${signingInput}.${await signatureBy(key, signingInput)}`
    return { token, expiresAt: new Date(expiresAt * 1000), expiresIn: expiresAt - issuedAt }
  }
}

function toSeconds(time: Date): number {
  return Math.floor(time.getTime() / 1000)
}

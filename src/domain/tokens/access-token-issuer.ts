import { SignJWT } from 'jose'
import type { Clock } from '../../lib/clock.ts'
import type { Ids } from '../../lib/ids.ts'
import type { CurrentKey } from '../keys/signing-key.ts'
import type { UserRole } from '../users/user.ts'
import { accessTokenType, type TokenSettings } from './access-token.ts'

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
  /** The generation of the refresh token that is issued with it. */
  readonly generation: number
  readonly amr: readonly string[]
  readonly authTime: Date
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
    const issuedAt = Math.floor(clock.now().getTime() / 1000)
    const sessionEnd = Math.floor(subject.sessionEndsAt.getTime() / 1000)
    const expiresAt = Math.min(issuedAt + settings.accessTokenSeconds, sessionEnd)
    const { kid, algorithm, privateKey } = keys.current
    const token = await new SignJWT({
      client_id: settings.clientId,
      sid: subject.sessionId,
      tid: subject.tenantId,
      ver: subject.tokenVersion,
      role: subject.role,
      gen: subject.generation,
      scope: subject.permissions.join(' '),
      amr: [...subject.amr],
      auth_time: Math.floor(subject.authTime.getTime() / 1000),
    })
      .setProtectedHeader({ alg: algorithm, typ: accessTokenType, kid })
      .setIssuer(settings.issuer)
      .setAudience(settings.audience)
      .setSubject(subject.userId)
      .setJti(ids.next())
      .setIssuedAt(issuedAt)
      .setExpirationTime(expiresAt)
      .sign(privateKey)
    return { token, expiresAt: new Date(expiresAt * 1000), expiresIn: expiresAt - issuedAt }
  }
}

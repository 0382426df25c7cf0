import type { UserRole } from '../users/user.ts'

/** The claims of an access token (RFC 9068, section 2.2), with the private claims sid, tid, ver and role. */
export interface AccessTokenClaims {
  readonly userId: string
  readonly tenantId: string
  readonly sessionId: string
  /** `jti`. */
  readonly tokenId: string
  /** `ver`: the token version of the user when the token was issued. */
  readonly tokenVersion: number
  readonly role: UserRole
  /** `gen`: the generation of the refresh token that was issued with it; null in tokens of earlier versions. */
  readonly generation: number | null
  /** `amr` (RFC 8176). */
  readonly amr: readonly string[]
  readonly authTime: Date
  readonly issuedAt: Date
  readonly expiresAt: Date
}

/** The `typ` of access tokens (RFC 9068, section 2.1), which distinguishes them from other JWTs. */
export const accessTokenType = 'at+jwt'

/** Maximum difference between two clocks. */
export const clockLeewaySeconds = 5

/** Settings of access tokens. */
export interface TokenSettings {
  readonly issuer: string
  readonly audience: string
  readonly clientId: string
  readonly accessTokenSeconds: number
}

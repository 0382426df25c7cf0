import type { UserRole } from '../users/user.ts'

/** What an access token says (RFC 9068 section 2.2, and ours: sid, tid, ver, role). */
export interface AccessTokenClaims {
  readonly userId: string
  readonly tenantId: string
  readonly sessionId: string
  /** `jti`. */
  readonly tokenId: string
  /** `ver`: the user's token version when it was issued. */
  readonly tokenVersion: number
  readonly role: UserRole
  /** `amr`, in the words of RFC 8176. */
  readonly amr: readonly string[]
  readonly authTime: Date
  readonly issuedAt: Date
  readonly expiresAt: Date
}

/** RFC 9068 section 2.1: an access token is never mistaken for another kind of token. */
export const accessTokenType = 'at+jwt'

/** How far two clocks may disagree, in seconds. */
export const clockLeewaySeconds = 5

export interface TokenSettings {
  readonly issuer: string
  readonly audience: string
  readonly clientId: string
  readonly accessTokenSeconds: number
}

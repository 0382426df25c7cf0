import type { AssuranceLevel } from '../sessions/assurance.ts'
import type { UserRole } from '../users/user.ts'
import type { MappedClaim } from './mapped-claim.ts'

/** The claims of an access token (RFC 9068, section 2.2), with the private claims sid, tid, ver, role, gen, mfa_time and acv. */
export interface AccessTokenClaims {
  readonly userId: string
  readonly tenantId: string
  readonly sessionId: string
  /** `jti`. */
  readonly tokenId: string
  /** `ver`: the token version of the user when the token was issued. */
  readonly tokenVersion: number
  readonly role: UserRole
  /** `roles` (section 2.2.3.1): names of the application's roles; empty if the token has no such claim. */
  readonly accessRoles: readonly string[]
  /** `scope`: every permission, of the application and built-in; empty if the token has no roles. */
  readonly scopes: readonly string[]
  /** `acv`: the access version with which the roles were read; null if the token has no roles. */
  readonly accessVersion: number | null
  /** `gen`: the generation of the refresh token that was issued with it; null in tokens of earlier versions. */
  readonly generation: number | null
  /** `amr` (RFC 8176). */
  readonly amr: readonly string[]
  readonly authTime: Date
  /** `mfa_time`: the last proof of a second factor or passkey; null if there was none, and in tokens of earlier versions. */
  readonly secondFactorAt: Date | null
  readonly issuedAt: Date
  readonly expiresAt: Date
}

/** The `typ` of access tokens (RFC 9068, section 2.1), which distinguishes them from other JWTs. */
export const accessTokenType = 'at+jwt'

/** The values of `acr` (RFC 9068, section 2.2.1; RFC 9470). */
export const acrValues: Readonly<Record<AssuranceLevel, string>> = { AAL1: 'aal1', AAL2: 'aal2' }

/** Maximum difference between two clocks. */
export const clockLeewaySeconds = 5

/** Settings of access tokens. */
export interface TokenSettings {
  readonly issuer: string
  readonly audience: string
  readonly clientId: string
  readonly accessTokenSeconds: number
  /** What the metadata of users adds to their tokens, the most important claim first. */
  readonly claims: readonly MappedClaim[]
}

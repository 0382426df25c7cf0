import type { AssuranceLevel } from '../sessions/assurance.ts'
import type { UserRole } from '../users/user.ts'

/** Why a token is not accepted. The names are those of the public API. */
export const tokenRejections = [
  'MALFORMED',
  'BAD_SIGNATURE',
  'EXPIRED',
  'NOT_YET_VALID',
  'WRONG_ISSUER',
  'WRONG_AUDIENCE',
  'REVOKED',
  'USER_DISABLED',
  'MISSING_PERMISSIONS',
] as const
export type TokenRejection = (typeof tokenRejections)[number]

/** The content of an access token or API key. */
export interface TokenFacts {
  readonly kind: 'ACCESS_TOKEN' | 'API_KEY'
  /** The `jti` of an access token, or the id of an API key. */
  readonly tokenId: string
  /** The id of the user; for an API key, of its owner. */
  readonly subject: string
  /** Null for an API key. */
  readonly sessionId: string | null
  readonly tenantId: string
  /** Null for an API key, whose rights are its permissions alone. */
  readonly role: UserRole | null
  /** Names of the application's roles; none for an API key. */
  readonly accessRoles: readonly string[]
  /** Built-in ones, then those of the application. */
  readonly permissions: readonly string[]
  /** `amr` (RFC 8176); none for an API key. */
  readonly authenticationMethods: readonly string[]
  /** The level that the methods reach. Null for an API key. */
  readonly assuranceLevel: AssuranceLevel | null
  /** `auth_time`. Null for an API key. */
  readonly authenticatedAt: Date | null
  readonly issuedAt: Date
  /** Null for an API key that does not expire. */
  readonly expiresAt: Date | null
}

/** The result of verifying a token for another service; the same through GraphQL, HTTP and gRPC. */
export interface TokenVerdict {
  readonly active: boolean
  /** Null if and only if the token is active. */
  readonly reason: TokenRejection | null
  /** Set for a token that is active, or whose only fault is missing permissions. */
  readonly facts: TokenFacts | null
  /** The required permissions that the token does not have. */
  readonly missingPermissions: readonly string[]
}

import type { Permission } from '../access/permissions.ts'
import type { UserRole } from '../users/user.ts'

/** Why a token is not accepted, in the words of the public API. */
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

/** What an accepted token stands for. */
export interface TokenFacts {
  readonly kind: 'ACCESS_TOKEN' | 'API_KEY'
  /** The jti of an access token, the id of an API key. */
  readonly tokenId: string
  /** Whose it is; of a key, its owner. */
  readonly subject: string
  /** Null for an API key. */
  readonly sessionId: string | null
  readonly tenantId: string
  /** Null for an API key: what it may do, its permissions say alone. */
  readonly role: UserRole | null
  readonly permissions: readonly Permission[]
  readonly issuedAt: Date
  /** Null for an API key that does not expire. */
  readonly expiresAt: Date | null
}

/** What other services are told of a token; the same through every door. */
export interface TokenVerdict {
  readonly active: boolean
  /** Null exactly when active. */
  readonly reason: TokenRejection | null
  /** Of a token that is active, or would be if it had more permissions. */
  readonly facts: TokenFacts | null
  /** What was asked for and is not there. */
  readonly missingPermissions: readonly string[]
}

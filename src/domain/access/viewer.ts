import type { JsonObject } from '../../lib/text/json.ts'
import type { Budget } from '../rate-limits/limits.ts'
import type { UserRole } from '../users/user.ts'
import type { Permission } from './permissions.ts'

/** The authenticated caller of an operation. */
export type Viewer = UserViewer | ApiKeyViewer

/** A user, authenticated by the access token of one of their sessions. */
export interface UserViewer {
  readonly kind: 'USER'
  readonly userId: string
  readonly tenantId: string
  readonly sessionId: string
  readonly role: UserRole
  readonly permissions: ReadonlySet<Permission>
  /** Names of the application's roles. */
  readonly accessRoles: readonly string[]
  /** Permissions that these roles grant. */
  readonly accessPermissions: ReadonlySet<string>
  /** The access version with which the roles were read; null without roles. */
  readonly accessVersion: number | null
  readonly tokenVersion: number
  /** `jti` of the access token. */
  readonly tokenId: string
  /** `iat` of the access token. */
  readonly issuedAt: Date
  readonly tokenExpiresAt: Date
  /** Authentication methods of the session (RFC 8176). */
  readonly amr: readonly string[]
  /** When the user last proved the password, or signed in with a passkey. */
  readonly authTime: Date
  /** When the user last proved a second factor or a passkey in the session; null if never. */
  readonly secondFactorAt: Date | null
  /** Where the access token arrived. Mutations authenticated by the cookie require `x-csrf-token`. */
  readonly via: 'header' | 'cookie'
}

/** A program, authenticated by an API key. It has no session and can never change the account of its owner. */
export interface ApiKeyViewer {
  readonly kind: 'API_KEY'
  readonly apiKeyId: string
  /** The owner: the user who created the key. */
  readonly userId: string
  readonly tenantId: string
  /** Those permissions of the key that its owner has now. */
  readonly permissions: ReadonlySet<Permission>
  /** Those permissions of the application that the key and its owner's present roles have. */
  readonly accessPermissions: ReadonlySet<string>
  /** The rate limit of the key; null means the default limits. */
  readonly budget: Budget | null
}

/** Details about the actor for audit events, besides the user id. */
export function actorDetails(viewer: Viewer): JsonObject {
  return viewer.kind === 'API_KEY' ? { apiKeyId: viewer.apiKeyId } : {}
}

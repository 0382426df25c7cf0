import type { JsonObject } from '../../lib/json.ts'
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
  readonly tokenVersion: number
  /** `jti` of the access token. */
  readonly tokenId: string
  readonly tokenExpiresAt: Date
  /** When the user last proved the password. */
  readonly authTime: Date
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
  /** The rate limit of the key; null means the default limits. */
  readonly budget: Budget | null
}

/** Details about the actor for audit events, besides the user id. */
export function actorDetails(viewer: Viewer): JsonObject {
  return viewer.kind === 'API_KEY' ? { apiKeyId: viewer.apiKeyId } : {}
}

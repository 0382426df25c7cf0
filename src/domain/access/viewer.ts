import type { JsonObject } from '../../lib/json.ts'
import type { Budget } from '../rate-limits/limits.ts'
import type { UserRole } from '../users/user.ts'
import type { Permission } from './permissions.ts'

/** Who asks. */
export type Viewer = UserViewer | ApiKeyViewer

/** A user, by the access token of one of his sessions. */
export interface UserViewer {
  readonly kind: 'USER'
  readonly userId: string
  readonly tenantId: string
  readonly sessionId: string
  readonly role: UserRole
  readonly permissions: ReadonlySet<Permission>
  readonly tokenVersion: number
  /** `jti` of the access token, and when it ends. */
  readonly tokenId: string
  readonly tokenExpiresAt: Date
  /** When the password was last proven. */
  readonly authTime: Date
  /** Whether the token came in the Authorization header or in a cookie; a cookie's mutations want x-csrf-token. */
  readonly via: 'header' | 'cookie'
}

/** A program, by an API key. It is nobody's session: it reads what it may and never changes its owner's account. */
export interface ApiKeyViewer {
  readonly kind: 'API_KEY'
  readonly apiKeyId: string
  /** The owner: who made the key. */
  readonly userId: string
  readonly tenantId: string
  /** The key's, as far as its owner has them now. */
  readonly permissions: ReadonlySet<Permission>
  /** The key's own; null: the default limits. */
  readonly budget: Budget | null
}

/** What an audit event about something that a viewer did says of him besides his id. */
export function actorDetails(viewer: Viewer): JsonObject {
  return viewer.kind === 'API_KEY' ? { apiKeyId: viewer.apiKeyId } : {}
}

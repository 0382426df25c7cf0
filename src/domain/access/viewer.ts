import type { UserRole } from '../users/user.ts'
import type { Permission } from './permissions.ts'

/** Who asks: a user, by the access token of one of his sessions. */
export interface Viewer {
  readonly userId: string
  readonly tenantId: string
  readonly sessionId: string
  readonly role: UserRole
  readonly permissions: ReadonlySet<Permission>
  readonly tokenVersion: number
  /** When the password was last proven. */
  readonly authTime: Date
  /** Whether the token came in the Authorization header or in a cookie; a cookie's mutations want x-csrf-token. */
  readonly via: 'header' | 'cookie'
}

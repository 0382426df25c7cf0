import type { Session } from '../../domain/sessions/session.ts'
import type { User } from '../../domain/users/user.ts'
import type { SessionTokens } from '../steps/sessions/session-tokens.ts'

/** A user who has just signed in, with their new session. */
export interface SignedIn {
  readonly kind: 'SIGNED_IN'
  readonly user: User
  readonly session: Session
  readonly tokens: SessionTokens
  /** Marks the device as one that the owner has signed in on. It outlives the session. */
  readonly deviceToken: string
  /** Absent unless the user chose to skip the second step on this device. */
  readonly rememberedDevice?: RememberedSecret | undefined
}

/** What the device keeps to skip the second step. */
export interface RememberedSecret {
  readonly secret: string
  readonly expiresAt: Date
}

import type { BindingRules } from './session-binding.ts'

/** What happens at a sign-in when the user already has the maximum number of sessions. */
export type SessionLimitPolicy =
  /** The oldest session ends. */
  | 'evict'
  /** The sign-in is refused. */
  | 'reject'

/** Limits on the sessions of one user, and the response to changes of device and network. */
export interface SessionProtection extends BindingRules {
  /** Maximum number of active sessions of a user, at least 1. */
  readonly limit: number
  readonly atLimit: SessionLimitPolicy
  /** Whether a sign-in from a new device sends a mail to the owner. */
  readonly newDeviceMail: boolean
}

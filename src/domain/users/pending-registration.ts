import type { StoredPassword } from '../passwords/password.ts'

/**
 * A registration that waits for the link in its mail. It is not an account, and it is stored in the same way whether or
 * not its address has one.
 */
export interface PendingRegistration {
  readonly id: string
  readonly tenantId: string
  /** Normalised: see email-address.ts. */
  readonly email: string
  readonly password: StoredPassword
  /** The requested username. It is claimed when the link is followed, if it is still free. */
  readonly username: string | null
  readonly firstName: string | null
  readonly lastName: string | null
  /** E.164. */
  readonly phoneNumber: string | null
  /** Canonical BCP 47 tag. */
  readonly locale: string | null
  readonly createdAt: Date
  /** Until when `login` compares the password. Denials and verifications do not change it: they would be visible. */
  readonly expiresAt: Date
}

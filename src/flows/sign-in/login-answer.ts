import type { MfaMethod } from '../../domain/factors/second-step-policy.ts'
import type { JsonObject } from '../../lib/text/json.ts'
import type { SignedIn } from './signed-in.ts'

/** The password was right, and the account requires a second step. */
export interface MfaChallenged {
  readonly kind: 'MFA_CHALLENGE'
  readonly challengeToken: string
  /** Secret of the cookie that binds the challenge to the browser; null: it is bound to the device. */
  readonly cookie: string | null
  readonly methods: readonly MfaMethod[]
  /** Argument of navigator.credentials.get(); null without a passkey. */
  readonly passkeyOptions: JsonObject | null
  readonly expiresAt: Date
}

/** The password was right, and the policy requires a second factor that the account does not have. */
export interface MfaEnrolmentRequired {
  readonly kind: 'MFA_ENROLMENT_REQUIRED'
  readonly enrolmentToken: string
  /** As in MfaChallenged. */
  readonly cookie: string | null
  readonly expiresAt: Date
}

export interface EmailUnverified {
  readonly kind: 'EMAIL_VERIFICATION_REQUIRED'
  readonly email: string
}

export interface PasswordExpired {
  readonly kind: 'PASSWORD_EXPIRED'
  readonly resetToken: string
  readonly expiresAt: Date
}

/** A step between the right password and the session. */
export type SignInStep = MfaChallenged | MfaEnrolmentRequired | PasswordExpired | EmailUnverified

/** Result of a login with the correct password. */
export type LoginAnswer = SignedIn | SignInStep

import type { PasswordRequirement } from '../../domain/passwords/password-policy.ts'
import type { ProblemCode } from '../../domain/problems.ts'

type Described<T extends string> = Readonly<Record<T, { description: string }>>

/** The values of AuthProblemCode. */
export const problemCodeValues: Described<ProblemCode> = {
  INVALID_INPUT: { description: 'Something in the input is not valid; `issues` names it.' },
  WEAK_PASSWORD: { description: 'The new password does not meet the policy.' },
  PASSWORD_REUSED: { description: 'The new password is one of the last ones.' },
  EMAIL_TAKEN: { description: 'The address already has an account.' },
  USERNAME_TAKEN: { description: 'The username belongs to somebody else.' },
  INVALID_CREDENTIALS: { description: 'The identifier or the password is wrong; which of them is not told.' },
  ACCOUNT_LOCKED: {
    description: 'Too many failures, or an administrator, have locked the account for a while.',
  },
  ACCOUNT_DISABLED: { description: 'An administrator has deactivated the account.' },
  INVALID_TOKEN: { description: 'A one-time token is unknown, used or expired.' },
  INVALID_REFRESH_TOKEN: { description: 'The refresh token is not valid (any more): sign in again.' },
  REFRESH_TOKEN_REUSED: { description: 'The refresh token was used before; its session has been ended.' },
  SESSION_LIMIT_REACHED: { description: 'The account has as many sessions as it may have.' },
  NOT_FOUND: { description: 'There is no such thing, or it is not yours.' },
  RATE_LIMITED: { description: 'Too many calls: wait for `retryAfterSeconds`.' },
  DEVICE_MISMATCH: { description: 'The refresh token came from another device; its session has been ended.' },
  REAUTHENTICATION_REQUIRED: {
    description: 'The last proof of the password is too old for this: prove it again, then repeat.',
  },
}

/** The values of PasswordRequirement. */
export const passwordRequirementValues: Described<PasswordRequirement> = {
  MIN_LENGTH: { description: 'It is too short.' },
  MAX_LENGTH: { description: 'It is too long.' },
  UPPERCASE: { description: 'It lacks an upper-case letter.' },
  LOWERCASE: { description: 'It lacks a lower-case letter.' },
  DIGIT: { description: 'It lacks a digit.' },
  SYMBOL: { description: 'It lacks a symbol.' },
  MIN_SCORE: { description: 'It is too easy to guess.' },
  NOT_BREACHED: { description: 'It is known from a breach of another service.' },
  NOT_PERSONAL: {
    description: 'It is built from the name or address of its owner, or from the name of the product.',
  },
}

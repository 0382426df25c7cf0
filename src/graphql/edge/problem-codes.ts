import type { PasswordRequirement } from '../../domain/passwords/password-policy.ts'
import type { ProblemCode } from '../../domain/problems.ts'

type Described<T extends string> = Readonly<Record<T, { description: string }>>

/** The values of AuthProblemCode. Each description is also the one of the problem's type. */
export const problemCodeValues: Described<ProblemCode> = {
  INVALID_INPUT: { description: 'Some of the input is not valid; nothing was changed.' },
  WEAK_PASSWORD: { description: 'The new password does not meet the policy; nothing was changed.' },
  PASSWORD_REUSED: {
    description: 'The new password is the current password or a recent one; nothing was changed.',
  },
  EMAIL_TAKEN: { description: 'The e-mail address already has an account.' },
  USERNAME_TAKEN: { description: 'The username belongs to another account.' },
  INVALID_CREDENTIALS: {
    description: 'The identifier or the password is wrong. The response does not reveal which.',
  },
  ACCOUNT_LOCKED: {
    description:
      "The account is locked: after too many failures, or by an administrator. A lock after failures is reported for identifiers with and without an account alike; an administrator's lock only after the right password.",
  },
  ACCOUNT_DISABLED: {
    description: 'The password was right, but an administrator has deactivated the account.',
  },
  INVALID_TOKEN: {
    description: 'The one-time token is unknown, used or expired. The response does not reveal which.',
  },
  INVALID_REFRESH_TOKEN: {
    description: 'The refresh token is unknown or expired, or its session has ended. Sign in again.',
  },
  REFRESH_TOKEN_REUSED: {
    description:
      'A refresh token that was already exchanged was presented again, after the grace period or by another device. Its session has been ended (RFC 9700, section 4.14.2).',
  },
  SESSION_LIMIT_REACHED: {
    description: 'The password was right, but the account has the maximum number of sessions.',
  },
  NOT_FOUND: { description: 'Not found, or you do not have access. The response does not reveal which.' },
  RATE_LIMITED: {
    description:
      'Too many calls of this kind; nothing was done. Wait `retryAfterSeconds` before the next call.',
  },
  DEVICE_MISMATCH: {
    description:
      'The refresh token was presented by another device, and the configuration binds sessions to their device. The session has been ended.',
  },
  INVALID_CODE: {
    description: 'The code is wrong, used or expired. The response does not reveal which.',
  },
  INVALID_PASSKEY: {
    description:
      'The passkey response could not be verified: unknown credential, wrong origin or RP id, reused ceremony, no user verification. The response does not reveal which.',
  },
  FACTOR_REQUIRED: {
    description:
      'The policy requires a second factor for this account: the last one cannot be removed. Nothing was changed.',
  },
  NAME_TAKEN: {
    description:
      'The name or slug is reserved, or belongs to a role of the installation or of a tenant, or to a tenant; nothing was changed.',
  },
  IN_USE: {
    description:
      'The permission or role is still used; nothing was changed. Remove it there first, or pass `force`.',
  },
  REAUTHENTICATION_REQUIRED: {
    description:
      'The operation requires recent reauthentication, with two factors if the account has a second factor; nothing was changed. Call reauthenticateWith, then repeat the operation.',
  },
}

/** The values of PasswordRequirement. */
export const passwordRequirementValues: Described<PasswordRequirement> = {
  MIN_LENGTH: { description: 'Minimum length of the policy.' },
  MAX_LENGTH: { description: 'Maximum length of the policy.' },
  UPPERCASE: { description: 'At least one upper-case letter.' },
  LOWERCASE: { description: 'At least one lower-case letter.' },
  DIGIT: { description: 'At least one digit.' },
  SYMBOL: { description: 'At least one character that is neither a letter nor a digit.' },
  MIN_SCORE: { description: 'Minimum score of the policy: the password must not be easy to guess.' },
  NOT_BREACHED: { description: 'The password must not be known from a data breach of another service.' },
  NOT_PERSONAL: {
    description:
      "The password must not be built from its owner's name or address, or from the name of the product.",
  },
}

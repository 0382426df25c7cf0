import { durationInWords } from '../lib/time/duration.ts'
import { secondsUntil } from '../lib/time/seconds-until.ts'
import type { AccessUses } from './access/access-store.ts'
import type { MissingProof, ReauthenticationMethod } from './factors/reauthentication-policy.ts'
import type { PasswordRequirement } from './passwords/password-policy.ts'
import type { AssuranceLevel } from './sessions/assurance.ts'

/** The codes of all problems: failures that are members of the union of a mutation. */
export const problemCodes = [
  'INVALID_INPUT',
  'WEAK_PASSWORD',
  'PASSWORD_REUSED',
  'EMAIL_TAKEN',
  'USERNAME_TAKEN',
  'INVALID_CREDENTIALS',
  'ACCOUNT_LOCKED',
  'ACCOUNT_DISABLED',
  'INVALID_TOKEN',
  'INVALID_REFRESH_TOKEN',
  'REFRESH_TOKEN_REUSED',
  'SESSION_LIMIT_REACHED',
  'NOT_FOUND',
  'RATE_LIMITED',
  'DEVICE_MISMATCH',
  'REAUTHENTICATION_REQUIRED',
  'INVALID_CODE',
  'INVALID_PASSKEY',
  'FACTOR_REQUIRED',
  'NAME_TAKEN',
  'IN_USE',
] as const

export type ProblemCode = (typeof problemCodes)[number]

/**
 * A failure that callers must expect. Flows throw it; GraphQL returns it as a member of the union. The message says
 * what to do next.
 */
export abstract class Problem extends Error {
  abstract readonly code: ProblemCode
}

/**
 * One value of an input that is not valid. `path` leads to the value; `code` is stable and machine-readable, `message`
 * is human-readable.
 */
export interface InputIssue {
  readonly path: readonly string[]
  readonly code: string
  readonly message: string
}

export class InvalidInputProblem extends Problem {
  override readonly code = 'INVALID_INPUT'
  readonly issues: readonly InputIssue[]
  constructor(issues: readonly InputIssue[]) {
    super('Some of the input is not valid. Each issue names a field and what it requires.')
    this.issues = issues
  }
}

export class InvalidCredentialsProblem extends Problem {
  override readonly code = 'INVALID_CREDENTIALS'
  /**
   * Number of further failures until a lock. Null unless the device has proven that its owner signed in on it before.
   */
  readonly attemptsLeft: number | null
  constructor(attemptsLeft: number | null = null) {
    super('The identifier or the password is wrong.')
    this.attemptsLeft = attemptsLeft
  }
}

export class EmailTakenProblem extends Problem {
  override readonly code = 'EMAIL_TAKEN'
  constructor() {
    super('This e-mail address already has an account. Sign in, or reset the password.')
  }
}

export class UsernameTakenProblem extends Problem {
  override readonly code = 'USERNAME_TAKEN'
  constructor() {
    super('This username is taken. Choose another one.')
  }
}

export class AccountDisabledProblem extends Problem {
  override readonly code = 'ACCOUNT_DISABLED'
  constructor() {
    super('This account has been deactivated. Contact an administrator.')
  }
}

/** A lock after too many failed attempts, or by an administrator. */
export type Lock =
  | { readonly by: 'FAILED_ATTEMPTS'; readonly unlocksAt: Date }
  /** Wrong codes of the second factor. No mail unlocks them. */
  | { readonly by: 'WRONG_CODES'; readonly unlocksAt: Date }
  /** `unlocksAt` is null if only an administrator ends the lock. */
  | { readonly by: 'ADMINISTRATOR'; readonly unlocksAt: Date | null }

export class AccountLockedProblem extends Problem {
  override readonly code = 'ACCOUNT_LOCKED'
  /** Null if the lock lasts until an administrator unlocks the account. */
  readonly unlocksAt: Date | null
  readonly retryAfterSeconds: number | null
  constructor(lock: Lock, now: Date) {
    const { unlocksAt } = lock
    const seconds = unlocksAt === null ? null : secondsUntil(unlocksAt, now)
    super(lock.by === 'ADMINISTRATOR' ? administratorsLock(unlocksAt) : lockTexts[lock.by](seconds ?? 1))
    this.unlocksAt = unlocksAt
    this.retryAfterSeconds = seconds
  }
}

const lockTexts = {
  /** The same text with and without an account, so that it does not reveal which. */
  FAILED_ATTEMPTS: (seconds: number) =>
    `Locked after too many failed attempts. Try again in ${durationInWords(seconds)}. If there is an account, a mail with a link that unlocks it was sent to its address.`,
  WRONG_CODES: (seconds: number) =>
    `Codes are refused after too many wrong ones. Try again in ${durationInWords(seconds)}, or use a passkey.`,
} as const

function administratorsLock(unlocksAt: Date | null): string {
  if (unlocksAt === null) return 'An administrator locked this account. Only an administrator can unlock it.'
  return `An administrator locked this account until ${unlocksAt.toISOString()}. Only an administrator can unlock it earlier.`
}

export class SessionLimitProblem extends Problem {
  override readonly code = 'SESSION_LIMIT_REACHED'
  readonly limit: number
  constructor(limit: number) {
    super('This account has the maximum number of sessions. End one of them, then sign in again.')
    this.limit = limit
  }
}

const invalidTokenTexts = {
  LINK: 'This link is no longer valid. It may have been used already or expired. Request a new one.',
  SIGN_IN: 'This sign-in has expired. Start again.',
} as const

/** The same for unknown, used and expired tokens, so that it does not reveal which. */
export class InvalidTokenProblem extends Problem {
  override readonly code = 'INVALID_TOKEN'
  constructor(kind: keyof typeof invalidTokenTexts = 'LINK') {
    super(invalidTokenTexts[kind])
  }
}

/** The same for wrong, used and expired codes. */
export class InvalidCodeProblem extends Problem {
  override readonly code = 'INVALID_CODE'
  /** Number of further tries before the code ends. Null if it is unknown, or no code is valid. */
  readonly attemptsLeft: number | null
  constructor(attemptsLeft: number | null, message = sentCode(attemptsLeft)) {
    super(message)
    this.attemptsLeft = attemptsLeft
  }
}

function sentCode(attemptsLeft: number | null): string {
  return attemptsLeft === null || attemptsLeft === 0
    ? 'This code is not valid. Request a new one.'
    : 'This code is not valid. Check it and try again, or request a new one.'
}

/** The same for every response that could not be verified. The reason is logged only. */
export class InvalidPasskeyProblem extends Problem {
  override readonly code = 'INVALID_PASSKEY'
  constructor() {
    super('The passkey could not be verified. Try again, or use another way to sign in.')
  }
}

export class FactorRequiredProblem extends Problem {
  override readonly code = 'FACTOR_REQUIRED'
  constructor() {
    super('Your account must have a second factor. Add another one before you remove this one.')
  }
}

export class InvalidRefreshTokenProblem extends Problem {
  override readonly code = 'INVALID_REFRESH_TOKEN'
  constructor() {
    super('The refresh token is not valid, or no longer valid. Sign in again.')
  }
}

export class RefreshTokenReusedProblem extends Problem {
  override readonly code = 'REFRESH_TOKEN_REUSED'
  constructor() {
    super(
      'This refresh token was used before. Its session has been ended for security reasons. Sign in again.',
    )
  }
}

export class DeviceMismatchProblem extends Problem {
  override readonly code = 'DEVICE_MISMATCH'
  constructor() {
    super('The refresh token came from another device or network. Its session has been ended. Sign in again.')
  }
}

export class NotFoundProblem extends Problem {
  override readonly code = 'NOT_FOUND'
  constructor(message = 'Not found, or you do not have access to it.') {
    super(message)
  }
}

/** The name of a permission or a role is reserved, or belongs to another role. */
export class NameTakenProblem extends Problem {
  override readonly code = 'NAME_TAKEN'
}

/** What would be removed is still used. */
export class InUseProblem extends Problem {
  override readonly code = 'IN_USE'
  readonly uses: AccessUses
  constructor(uses: AccessUses) {
    super('It is still used. Remove it there first, or pass `force`.')
    this.uses = uses
  }
}

type LimitFacts = Pick<RateLimitedProblem, 'limit' | 'remaining' | 'retryAfterSeconds' | 'resetsAt'>

export class RateLimitedProblem extends Problem {
  override readonly code = 'RATE_LIMITED'
  readonly limit: number
  readonly remaining: number
  readonly retryAfterSeconds: number
  readonly resetsAt: Date
  /** Whether all callers of a tenant share the limit: then this caller has not necessarily sent too many calls. */
  readonly isOfTenant: boolean
  /** @param what a plural noun for the message, for example `sign-ins` */
  constructor(verdict: LimitFacts, what = 'requests', isOfTenant = false) {
    super(`Too many ${what}. Try again in ${verdict.retryAfterSeconds} seconds.`)
    this.limit = verdict.limit
    this.remaining = verdict.remaining
    this.retryAfterSeconds = verdict.retryAfterSeconds
    this.resetsAt = verdict.resetsAt
    this.isOfTenant = isOfTenant
  }
}

export class WeakPasswordProblem extends Problem {
  override readonly code = 'WEAK_PASSWORD'
  /** 0 (worst) to 4. */
  readonly score: number
  readonly unmet: readonly PasswordRequirement[]
  readonly suggestions: readonly string[]
  constructor(verdict: {
    score: number
    unmet: readonly PasswordRequirement[]
    suggestions: readonly string[]
  }) {
    super('This password is too weak. It must meet the requirements listed in `unmet`.')
    this.score = verdict.score
    this.unmet = verdict.unmet
    this.suggestions = verdict.suggestions
  }
}

export class PasswordReusedProblem extends Problem {
  override readonly code = 'PASSWORD_REUSED'
  readonly historySize: number
  constructor(historySize: number) {
    super(`This password was used before. Choose one that is not among the last ${historySize}.`)
    this.historySize = historySize
  }
}

export class ReauthenticationRequiredProblem extends Problem {
  override readonly code = 'REAUTHENTICATION_REQUIRED'
  readonly maxAgeSeconds: number
  readonly acceptable: readonly ReauthenticationMethod[]
  readonly requiredAssurance: AssuranceLevel
  constructor(maxAgeSeconds: number, { acceptable, requiredAssurance }: MissingProof) {
    super(reauthenticationMessage(maxAgeSeconds, acceptable, requiredAssurance))
    this.maxAgeSeconds = maxAgeSeconds
    this.acceptable = acceptable
    this.requiredAssurance = requiredAssurance
  }
}

function reauthenticationMessage(
  maxAgeSeconds: number,
  acceptable: MissingProof['acceptable'],
  requiredAssurance: AssuranceLevel,
): string {
  if (acceptable.length === 0)
    return 'This operation requires a second factor, and the account has none. Enrol one, prove it, then repeat the operation.'
  const what = requiredAssurance === 'AAL2' ? 'reauthentication with two factors' : 'reauthentication'
  return `This operation requires ${what} within the last ${maxAgeSeconds} seconds. Call reauthenticateWith, then repeat it.`
}

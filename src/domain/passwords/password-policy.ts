import type { PasswordRules } from './password-rules.ts'

export const passwordRequirements = [
  'MIN_LENGTH',
  'MAX_LENGTH',
  'UPPERCASE',
  'LOWERCASE',
  'DIGIT',
  'SYMBOL',
  'MIN_SCORE',
  'NOT_BREACHED',
  'NOT_PERSONAL',
] as const
export type PasswordRequirement = (typeof passwordRequirements)[number]

/** The result of judging a password. */
export interface PasswordVerdict {
  readonly acceptable: boolean
  /** 0 (worst) to 4. */
  readonly score: number
  readonly unmet: readonly PasswordRequirement[]
  /** Sentences for the user: how to meet each unmet requirement, and how to make the password harder to guess. */
  readonly suggestions: readonly string[]
  /** Null if no list of breached passwords is used, or the list did not respond. */
  readonly breached: boolean | null
}

/** Whether a password is too long. Such a password is not scored, hashed or looked up. */
export function isOverlong(password: string, { maxLength }: Pick<PasswordRules, 'maxLength'>): boolean {
  return password.length > 2 * maxLength || [...password].length > maxLength
}

/** Unmet requirements on the length and the kinds of characters of a normalised password. */
export function unmetForm(password: string, rules: PasswordRules): readonly PasswordRequirement[] {
  if (isOverlong(password, rules)) return ['MAX_LENGTH']
  const unmet: readonly (readonly [PasswordRequirement, boolean])[] = [
    ['MIN_LENGTH', [...password].length < rules.minLength],
    ['UPPERCASE', rules.requireUppercase && !/\p{Lu}/u.test(password)],
    ['LOWERCASE', rules.requireLowercase && !/\p{Ll}/u.test(password)],
    ['DIGIT', rules.requireDigit && !/\p{Nd}/u.test(password)],
    ['SYMBOL', rules.requireSymbol && !/[^\p{L}\p{M}\p{N}]/u.test(password)],
  ]
  return unmet.filter(([, lacks]) => lacks).map(([requirement]) => requirement)
}

/** A sentence for the user that says how to meet a requirement. */
export function adviceFor(requirement: PasswordRequirement, rules: PasswordRules): string {
  const advice: Readonly<Record<PasswordRequirement, string>> = {
    MIN_LENGTH: `Use at least ${rules.minLength} characters.`,
    MAX_LENGTH: `Use at most ${rules.maxLength} characters.`,
    UPPERCASE: 'Add an upper-case letter.',
    LOWERCASE: 'Add a lower-case letter.',
    DIGIT: 'Add a digit.',
    SYMBOL: 'Add a symbol.',
    MIN_SCORE: 'Make the password harder to guess, for example with several unrelated words.',
    NOT_BREACHED: 'Choose another password: this one is known from a data breach of another service.',
    NOT_PERSONAL: 'Do not use your name, your e-mail address or the name of this service in the password.',
  }
  return advice[requirement]
}

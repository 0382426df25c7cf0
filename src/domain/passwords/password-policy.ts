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

/** What is thought of a password. */
export interface PasswordVerdict {
  readonly acceptable: boolean
  /** 0 (worst) to 4. */
  readonly score: number
  readonly unmet: readonly PasswordRequirement[]
  /** For people: what to do about each requirement that is not met, and how to make it harder to guess. */
  readonly suggestions: readonly string[]
  /** Null when no list of breached passwords was asked, or it did not answer. */
  readonly breached: boolean | null
}

/** Whether a password is beyond every length that is looked at: nothing is scored, hashed or looked up. */
export function isOverlong(password: string, { maxLength }: Pick<PasswordRules, 'maxLength'>): boolean {
  return password.length > 2 * maxLength || [...password].length > maxLength
}

/** What can be seen of a normalised password without asking anybody: its length and its kinds of characters. */
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

/** What to do about a requirement that is not met. */
export function adviceFor(requirement: PasswordRequirement, rules: PasswordRules): string {
  const advice: Readonly<Record<PasswordRequirement, string>> = {
    MIN_LENGTH: `Use at least ${rules.minLength} characters.`,
    MAX_LENGTH: `Use at most ${rules.maxLength} characters.`,
    UPPERCASE: 'Add an upper-case letter.',
    LOWERCASE: 'Add a lower-case letter.',
    DIGIT: 'Add a digit.',
    SYMBOL: 'Add a symbol.',
    MIN_SCORE: 'Make it harder to guess: several words that do not belong together are a good start.',
    NOT_BREACHED: 'Choose another one: this password is known from a breach of another service.',
    NOT_PERSONAL: 'Do not build it from your name, your address or the name of this service.',
  }
  return advice[requirement]
}

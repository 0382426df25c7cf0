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

/** Lengths count code points: a person counts characters, not UTF-16 units. */
export const minPasswordLength = 8
export const maxPasswordLength = 128

const rules: readonly [PasswordRequirement, string, (password: string, length: number) => boolean][] = [
  ['MIN_LENGTH', `Use at least ${minPasswordLength} characters.`, (_, length) => length >= minPasswordLength],
  ['MAX_LENGTH', `Use at most ${maxPasswordLength} characters.`, (_, length) => length <= maxPasswordLength],
  ['UPPERCASE', 'Add an upper-case letter.', (password) => /\p{Lu}/u.test(password)],
  ['LOWERCASE', 'Add a lower-case letter.', (password) => /\p{Ll}/u.test(password)],
  ['DIGIT', 'Add a digit.', (password) => /\p{Nd}/u.test(password)],
  ['SYMBOL', 'Add a symbol.', (password) => /[^\p{L}\p{M}\p{N}]/u.test(password)],
]

export interface PasswordVerdict {
  readonly unmet: readonly PasswordRequirement[]
  readonly suggestions: readonly string[]
  /** 0 (worst) to 4. */
  readonly score: number
}

/** Judges a normalised password by length and character classes. An over-long one is not looked at any further. */
export function judgePassword(password: string): PasswordVerdict {
  if (password.length > 2 * maxPasswordLength) return verdict(['MAX_LENGTH'])
  const length = [...password].length
  return verdict(rules.filter(([, , met]) => !met(password, length)).map(([requirement]) => requirement))
}

function verdict(unmet: readonly PasswordRequirement[]): PasswordVerdict {
  const suggestions = rules
    .filter(([requirement]) => unmet.includes(requirement))
    .map(([, sentence]) => sentence)
  return { unmet, suggestions, score: Math.max(0, 4 - 2 * unmet.length) }
}

import { randomBelow } from '../../lib/random.ts'
import { unmetForm } from './password-policy.ts'
import type { PasswordRules } from './password-rules.ts'

/** Without I, O, l, 0 and 1, which people mistake for each other. */
const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const digits = '23456789'
const symbols = '!#$%&*+-./:;<=>?@^_~'

/** What to draw where the policy wants a symbol and the caller none: one of these, which every keyboard has. */
const plainSymbol = '-'

/** The chance to miss a kind of character again and again is below 2^-200. */
const maxDraws = 1000

/**
 * A random password of that many characters in the form that the rules want: every such password of these characters
 * is equally likely, since whatever misses a kind is drawn anew as a whole. Without `withSymbols` it is letters and
 * digits, and one hyphen where the rules demand a symbol.
 */
export function generatePassword(rules: PasswordRules, length: number, withSymbols: boolean): string {
  const alphabet = letters + digits + (withSymbols ? symbols : '')
  for (let draw = 0; draw < maxDraws; draw++) {
    const drawn = Array.from({ length }, () => alphabet.charAt(randomBelow(alphabet.length)))
    if (rules.requireSymbol && !withSymbols) drawn[randomBelow(length)] = plainSymbol
    const password = drawn.join('')
    if (unmetForm(password, rules).length === 0) return password
  }
  throw new Error('The rules for passwords of this length cannot be met.')
}

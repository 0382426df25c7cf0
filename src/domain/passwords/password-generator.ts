import { randomBelow } from '../../lib/crypto/random.ts'
import { unmetForm } from './password-policy.ts'
import type { PasswordRules } from './password-rules.ts'

/** Without I, O, l, 0 and 1, which are easily confused. */
const letters = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const digits = '23456789'
const symbols = '!#$%&*+-./:;<=>?@^_~'

/** The one symbol in passwords that are requested without symbols if the rules require one; every keyboard has it. */
const plainSymbol = '-'

/** The probability that this many candidates in a row miss a required kind of character is below 2^-200. */
const maxCandidates = 1000

/**
 * Generates a random password of `length` characters that meets the rules. All such passwords of the alphabet are
 * equally likely: a candidate that misses a required kind of character is discarded as a whole. Without `withSymbols`
 * the password consists of letters and digits, and of one hyphen if the rules require a symbol.
 * @throws if no password of this length meets the rules
 */
export function generatePassword(rules: PasswordRules, length: number, withSymbols: boolean): string {
  const alphabet = letters + digits + (withSymbols ? symbols : '')
  for (let candidate = 0; candidate < maxCandidates; candidate++) {
    const characters = Array.from({ length }, () => alphabet.charAt(randomBelow(alphabet.length)))
    if (rules.requireSymbol && !withSymbols) characters[randomBelow(length)] = plainSymbol
    const password = characters.join('')
    if (unmetForm(password, rules).length === 0) return password
  }
  throw new Error('The rules for passwords of this length cannot be met.')
}

import { randomBytes } from '../../lib/crypto/random.ts'
import { withoutBlanks } from '../../lib/text/pasted-text.ts'

/** Number of codes of an account. */
export const recoveryCodeCount = 10
/** 80 bits: 16 characters of 5 bits. */
const codeBytes = 10
const groupLength = 4
/** Crockford's base 32: without the letters I, L, O and U, which are easily misread. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** A recovery code as it is stored. */
export interface StoredRecoveryCode {
  /** 1 to 10. */
  readonly number: number
  readonly hash: string
  /** Identifies the pepper of the hash; null if it was computed without one. */
  readonly pepperId: string | null
  readonly createdAt: Date
}

/** A code whose text is well formed. */
export interface RecoveryCode {
  readonly number: number
  /** Number and secret without hyphens: what is hashed. */
  readonly text: string
}

/** Generates a code of 80 random bits, such as `3-7K2M-9QXA-T4RB-0WZN`. It begins with its number, by which it is found. */
export function generateRecoveryCode(number: number): string {
  const bits = [...randomBytes(codeBytes)].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  const characters = (bits.match(/.{5}/g) ?? []).map((five) => alphabet.charAt(Number.parseInt(five, 2)))
  const groups = characters.join('').match(new RegExp(`.{${groupLength}}`, 'g')) ?? []
  return [number, ...groups].join('-')
}

/** Longer texts are not a code with blanks in it. */
const maxPastedLength = 128
const wellFormed = /^(10|[1-9])([0-9A-HJKMNP-TV-Z]{16})$/

/**
 * Reads a code without regard to case, blanks and hyphens; O counts as 0, and I and L count as 1. Null for text that is no
 * code.
 */
export function readRecoveryCode(raw: string): RecoveryCode | null {
  if (raw.length > maxPastedLength) return null
  const text = withoutBlanks(raw)
    .replace(/[-\u2010-\u2015\u2212]/g, '')
    .toUpperCase()
    .replaceAll('O', '0')
    .replace(/[IL]/g, '1')
  const number = wellFormed.exec(text)?.[1]
  return number === undefined ? null : { number: Number(number), text }
}

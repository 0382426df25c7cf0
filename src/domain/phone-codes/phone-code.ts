import { randomBelow } from '../../lib/crypto/random.ts'
import { withoutBlanks } from '../../lib/text/pasted-text.ts'
import { minuteMs } from '../../lib/time/duration.ts'

/** A code that verifies a phone number, as it is stored. */
export interface PhoneCode {
  readonly id: string
  readonly userId: string
  readonly digest: Uint8Array<ArrayBuffer>
  readonly createdAt: Date
  readonly expiresAt: Date
}

/** 20 bits, the minimum for a code that is sent out of band (ASVS 6.5.4). */
const digits = 6
/** Number of codes that are compared with one code. */
export const maxPhoneCodeTries = 5
/** Lifetime of a code from its request (ASVS 6.5.5: at most ten minutes). */
export const phoneCodeLifeMs = 10 * minuteMs

/** Longer texts are not a code with blanks in it. */
const maxPastedLength = 64

/** Generates a code of six digits. All codes have the same probability. */
export function generatePhoneCode(): string {
  return String(randomBelow(10 ** digits)).padStart(digits, '0')
}

/** The code in a text without its blanks; null if it is not six digits. */
export function readPhoneCode(text: string): string | null {
  const code = text.length > maxPastedLength ? text : withoutBlanks(text)
  return /^[0-9]{6}$/.test(code) ? code : null
}

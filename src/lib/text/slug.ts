import { trimPasted } from './pasted-text.ts'

/**
 * A slug as it is compared: trimmed, with the letters A to Z in lower case. Other letters stay, so that a character that only Unicode
 * maps to a letter of ASCII, such as the Kelvin sign, names nothing.
 */
export function normaliseSlug(text: string): string {
  return trimPasted(text).replace(/[A-Z]/g, (letter) => letter.toLowerCase())
}

import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { trimPasted } from '../../lib/pasted-text.ts'

/** A phone number in E.164 form; null if it is not valid. National numbers without a country code are not valid. */
export function normalisePhoneNumber(raw: string): string | null {
  const written = trimPasted(raw)
  if (written.length > 32 || !written.startsWith('+')) return null
  const parsed = parsePhoneNumberFromString(written)
  return parsed?.isValid() ? parsed.number : null
}

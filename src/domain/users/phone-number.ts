import { parsePhoneNumberFromString } from 'libphonenumber-js/min'

/** A telephone number in E.164 form, or null when it is not a possible one; a national number is not: it names no country. */
export function normalisePhoneNumber(written: string): string | null {
  if (written.length > 32 || !written.trim().startsWith('+')) return null
  const parsed = parsePhoneNumberFromString(written.trim())
  return parsed?.isValid() ? parsed.number : null
}

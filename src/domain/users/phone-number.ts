import { parsePhoneNumberFromString } from 'libphonenumber-js/min'

/** A phone number in E.164 form; null if it is not valid. National numbers without a country code are not valid. */
export function normalisePhoneNumber(raw: string): string | null {
  if (raw.length > 32 || !raw.trim().startsWith('+')) return null
  const parsed = parsePhoneNumberFromString(raw.trim())
  return parsed?.isValid() ? parsed.number : null
}

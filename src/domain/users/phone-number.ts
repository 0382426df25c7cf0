import { parsePhoneNumberFromString } from 'libphonenumber-js/min'
import { trimPasted } from '../../lib/text/pasted-text.ts'

/** Length of the calling code and the area code in the North American plan, which many countries share. */
const americanPrefixLength = '+1876'.length

/**
 * The beginning of an E.164 number that stands for its country: the calling code; in the North American plan with the area
 * code, because the plan contains countries with very different prices.
 */
export function phonePrefix(phoneNumber: string): string {
  const code = parsePhoneNumberFromString(phoneNumber)?.countryCallingCode
  if (code === '1' || code === undefined) return phoneNumber.slice(0, americanPrefixLength)
  return `+${code}`
}

/**
 * The ISO 3166-1 code of the country of an E.164 number. Null if it belongs to no country, such as a satellite phone, or to
 * one that is not known.
 */
export function phoneCountry(phoneNumber: string): string | null {
  return parsePhoneNumberFromString(phoneNumber)?.country ?? null
}

/** A phone number in E.164 form; null if it is not valid. National numbers without a country code are not valid. */
export function normalisePhoneNumber(raw: string): string | null {
  const written = trimPasted(raw)
  if (written.length > 32 || !written.startsWith('+')) return null
  const parsed = parsePhoneNumberFromString(written)
  return parsed?.isValid() ? parsed.number : null
}

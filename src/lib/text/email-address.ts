import { asciiDomain } from './domain-name.ts'
import { trimPasted } from './pasted-text.ts'

/**
 * The local part of an e-mail address. Addresses are normalised before they are validated: trimmed, Unicode NFC, lower
 * case, the domain as A-labels. Look-alikes and plus-addresses stay distinct, since merging them would give the account
 * of one person to another; an address that changes under NFKC is refused, since mail systems may merge it with another
 * one. The grammar is a subset of RFC 5321 and RFC 6531: no quoted local part, no comment, no list, no address literal.
 */
const localPart = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u
const misplacedDot = /^\.|\.\.|\.@/

/** RFC 5321, section 4.5.3.1.3, without the angle brackets. */
export const maxEmailLength = 254
const maxLocalPartLength = 64

/** The form in which addresses are stored and compared; null if the text is not an address. */
export function normaliseEmail(raw: string): string | null {
  const address = fold(raw)
  const at = address?.lastIndexOf('@') ?? -1
  if (address === null || at < 1) return null
  const local = address.slice(0, at)
  if (Buffer.byteLength(local) > maxLocalPartLength || !localPart.test(local)) return null
  const domain = asciiDomain(address.slice(at + 1))
  if (domain === null || Buffer.byteLength(local) + 1 + domain.length > maxEmailLength) return null
  return `${local}@${domain}`
}

/**
 * Whether the text would be an address if the local part had no dot at its ends and no two dots in a row. Some carriers
 * have issued such addresses, which RFC 5321 does not allow.
 */
export function hasMisplacedDot(raw: string): boolean {
  const address = fold(raw)
  if (address === null || !misplacedDot.test(address)) return false
  const at = address.lastIndexOf('@')
  const local = address.slice(0, at).split('.').filter(Boolean).join('.')
  return normaliseEmail(`${local}${address.slice(at)}`) !== null
}

/** Null if the text is too long, or changes under NFKC. */
function fold(raw: string): string | null {
  if (raw.length > 4 * maxEmailLength) return null
  const address = trimPasted(raw).normalize('NFC').toLowerCase().normalize('NFC')
  if (Buffer.byteLength(address) > 2 * maxEmailLength) return null
  return address.normalize('NFKC') === address ? address : null
}

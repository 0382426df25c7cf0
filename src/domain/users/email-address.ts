/**
 * The local part of an e-mail address. Addresses are normalised before they are validated: trimmed, Unicode NFC,
 * lower case. Look-alikes and plus-addresses stay distinct, since merging them would give the account of one person
 * to another. The grammar is a subset of RFC 5321 and RFC 6531: no quoted local part, no comment, no list, no address
 * literal.
 */
const localPart = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u
const domainLabel = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u

/** RFC 5321, section 4.5.3.1.3, without the angle brackets. */
export const maxEmailLength = 254

/** The form in which addresses are stored and compared; null if the text is not an address. */
export function normaliseEmail(raw: string): string | null {
  if (raw.length > 4 * maxEmailLength) return null
  const address = raw.trim().normalize('NFC').toLowerCase().normalize('NFC')
  if (address.length > maxEmailLength || Buffer.byteLength(address) > maxEmailLength) return null
  const at = address.lastIndexOf('@')
  if (at < 1) return null
  const local = address.slice(0, at)
  const labels = address.slice(at + 1).split('.')
  if (Buffer.byteLength(local) > 64 || !localPart.test(local)) return null
  if (labels.length < 2 || !labels.every((label) => domainLabel.test(label))) return null
  return address
}

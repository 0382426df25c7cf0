/**
 * One e-mail address, normalised before it is checked: trimmed, Unicode NFC, lower case. Look-alikes and plus-addresses
 * stay apart: merging them would hand one person's account to another. The grammar is the useful part of RFC 5321 and
 * RFC 6531: no quoted local part, no comment, no list, no address literal.
 */
const localPart = /^[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{M}\p{N}!#$%&'*+/=?^_`{|}~-]+)*$/u
const domainLabel = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u

/** RFC 5321 section 4.5.3.1.3 less the angle brackets. */
export const maxEmailLength = 254

/** The address in the one form that is stored and compared, or null when it is not an address. */
export function normaliseEmail(written: string): string | null {
  if (written.length > 4 * maxEmailLength) return null
  const address = written.trim().normalize('NFC').toLowerCase().normalize('NFC')
  if (address.length > maxEmailLength || Buffer.byteLength(address) > maxEmailLength) return null
  const at = address.lastIndexOf('@')
  if (at < 1) return null
  const local = address.slice(0, at)
  const labels = address.slice(at + 1).split('.')
  if (Buffer.byteLength(local) > 64 || !localPart.test(local)) return null
  if (labels.length < 2 || !labels.every((label) => domainLabel.test(label))) return null
  return address
}

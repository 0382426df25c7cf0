import { domainToASCII, domainToUnicode } from 'node:url'

const asciiLabel = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/
const unicodeLabel = /^[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}-]{0,61}[\p{L}\p{M}\p{N}])?$/u
/** Programs read names with such a top-level label as IPv4 addresses (WHATWG URL, "ends in a number"). */
const numericLabel = /^(?:[0-9]+|0x[0-9a-f]*)$/
const maxDomainLength = 253

/**
 * The A-label form of a domain name in lower case (UTS 46, non-transitional): one form for a name that can be written
 * in Unicode and in Punycode. Null if the text is not a name of at least two labels, if the top-level label is a number,
 * or if normalisation changes a label, since a look-alike of another name would become that name.
 */
export function asciiDomain(name: string): string | null {
  const labels = name.split('.')
  const top = labels.at(-1) ?? ''
  if (labels.length < 2 || numericLabel.test(top) || name !== name.normalize('NFKC')) return null
  if (!labels.every((label) => unicodeLabel.test(label))) return null
  const ascii = domainToASCII(name)
  const mapped = ascii.split('.')
  const shown = domainToUnicode(ascii).split('.')
  const unchanged = labels.every((label, n) => label === mapped[n] || label === shown[n])
  if (ascii.length > maxDomainLength || mapped.length !== labels.length || !unchanged) return null
  return mapped.every((label) => asciiLabel.test(label)) && !numericLabel.test(mapped.at(-1) ?? '')
    ? ascii
    : null
}

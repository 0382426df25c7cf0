/** RFC 6052, 2.1: behind these 96 bits stands an IPv4 address, of a client of its own. */
const translated = '64:ff9b::'
const groups = 8
const networkGroups = 4

/**
 * Whom an address stands for where callers are counted: an IPv4 address for itself, an IPv6 address for its /64, all of
 * which one customer has (RFC 6177). Wants RFC 5952 text without a zone, as addresses are everywhere in here.
 */
export function clientNetwork(address: string): string {
  if (!address.includes(':') || address.startsWith(translated)) return address
  const [left = '', right] = address.split('::')
  const first = groupsOf(left)
  const last = right === undefined ? [] : groupsOf(right)
  // The last two groups may be written as an IPv4 address.
  const written = first.length + last.length + (address.includes('.') ? 1 : 0)
  const between = new Array<string>(Math.max(0, groups - written)).fill('0')
  return `${[...first, ...between, ...last].slice(0, networkGroups).join(':')}::/64`
}

function groupsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(':')
}

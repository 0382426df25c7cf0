/** Prefix of translated IPv4 addresses (RFC 6052, 2.1): the last 32 bits identify one client. */
const translatedPrefix = '64:ff9b::'
const groups = 8
const networkGroups = 4

/**
 * The network that counters treat as one client: an IPv4 address itself, or the /64 of an IPv6 address, which belongs
 * to one customer (RFC 6177). Requires an address as RFC 5952 text without a zone, which is the form of all addresses
 * in this service.
 */
export function clientNetwork(address: string): string {
  if (!address.includes(':') || address.startsWith(translatedPrefix)) return address
  const [left = '', right] = address.split('::')
  const first = groupsOf(left)
  const last = right === undefined ? [] : groupsOf(right)
  // An IPv4 address at the end stands for two groups.
  const present = first.length + last.length + (address.includes('.') ? 1 : 0)
  const between = new Array<string>(Math.max(0, groups - present)).fill('0')
  return `${[...first, ...between, ...last].slice(0, networkGroups).join(':')}::/64`
}

function groupsOf(text: string): readonly string[] {
  return text === '' ? [] : text.split(':')
}

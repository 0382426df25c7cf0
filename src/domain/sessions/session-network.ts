/**
 * The network of an address, in CIDR notation: /24 for IPv4, which a small provider or an office shares, and /48 for
 * IPv6, which one site gets (RFC 6177). Null for an unknown address and for text that is not an address.
 */
export function sessionNetwork(address: string | null): string | null {
  if (address === null) return null
  const four = /^(?:::ffff:)?([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.[0-9]{1,3}$/i.exec(address)
  if (four !== null) return `${four[1]}.${four[2]}.${four[3]}.0/24`
  if (!/^[0-9a-f:]+$/i.test(address) || !address.includes(':')) return null
  const groups = leadingGroups(address).map((group) => Number.parseInt(group, 16).toString(16))
  while (groups.at(-1) === '0') groups.pop()
  return groups.length === 0 ? '::/48' : `${groups.join(':')}::/48`
}

/** The first three groups of 16 bits, with `::` expanded. */
function leadingGroups(address: string): readonly string[] {
  const [head = '', tail] = address.split('::')
  const before = head.split(':').filter((group) => group !== '')
  const after = (tail ?? '').split(':').filter((group) => group !== '')
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0')
  return [...before, ...zeros, ...after].slice(0, 3)
}

import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/** Refused: a private, loopback, link-local or otherwise special address. Names none. */
export class PrivateAddressError extends Error {
  readonly code = 'PRIVATE_ADDRESS'
}

/** IPv4 that is not for the public internet (IANA special-purpose registry, RFC 6890), multicast and reserved. */
const specialIpv4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]
/** All global unicast of IPv6 lies in here; what maps or translates IPv4, unique local and link-local does not. */
const globalIpv6 = ['2000::/3']
/** Teredo and its like, documentation, 6to4: within the above and not public, or a way to IPv4. */
const specialIpv6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

/** Whether an address may be somebody's on the public internet; what is no address is not. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return !listOf('ipv4', specialIpv4).check(address)
  if (family !== 6 || address.includes('%')) return false
  return (
    listOf('ipv6', globalIpv6).check(address, 'ipv6') && !listOf('ipv6', specialIpv6).check(address, 'ipv6')
  )
}

function listOf(family: 'ipv4' | 'ipv6', ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [network = '', prefix] = range.split('/')
    list.addSubnet(network, Number(prefix), family)
  }
  return list
}

/** Finds every address of a name, as `dns.lookup` does. */
export type Resolve = (
  hostname: string,
  answer: (error: Error | null, found: readonly LookupAddress[]) => void,
) => void

/** By the system's resolver. What it hands over beside an error is undefined, whatever its types say. */
export const resolveBySystem: Resolve = (hostname, answer) =>
  lookup(hostname, { all: true }, (error, found) => answer(error, error === null ? found : []))

/**
 * A `lookup` for sockets that answers only when all addresses of a name are public. The socket connects to what it is
 * answered, so a name that points elsewhere a moment later (DNS rebinding) gains nothing. Sockets do not look up
 * addresses: whoever uses this checks a literal one before.
 */
export function lookupPublic(resolve: Resolve): LookupFunction {
  return (hostname, options, answer) =>
    resolve(hostname, (error, found) => {
      if (error !== null) return answer(error, [])
      const [first] = found
      if (first === undefined || !found.every(({ address }) => isPublicAddress(address)))
        return answer(new PrivateAddressError('An address is not public.'), [])
      if (options.all === true) answer(null, [...found])
      else answer(null, first.address, first.family)
    })
}

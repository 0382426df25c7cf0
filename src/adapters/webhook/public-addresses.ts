import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/** A private, loopback, link-local or other special address was refused. The message contains no address. */
export class PrivateAddressError extends Error {
  readonly code = 'PRIVATE_ADDRESS'
}

/** IPv4 ranges that are not public (IANA special-purpose registry, RFC 6890), including multicast and reserved ones. */
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
/** Contains all global unicast addresses of IPv6; excludes mapped and translated IPv4, unique local and link-local. */
const globalIpv6 = ['2000::/3']
/** Ranges within the above that are not public or lead to IPv4: Teredo and similar, documentation, 6to4. */
const specialIpv6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20']

/** Whether an address can belong to a host on the public internet. False if the text is not an address. */
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

/** Resolves all addresses of a name, like `dns.lookup`. */
export type Resolve = (
  hostname: string,
  callback: (error: Error | null, found: readonly LookupAddress[]) => void,
) => void

/** Uses the system resolver. In case of an error the addresses are undefined, contrary to the type. */
export const resolveBySystem: Resolve = (hostname, callback) =>
  lookup(hostname, { all: true }, (error, found) => callback(error, error === null ? found : []))

/**
 * A `lookup` function for sockets that succeeds only if all addresses of a name are public. The socket connects to the
 * returned address, so a later change of the name (DNS rebinding) has no effect. Sockets do not look up literal addresses:
 * check those before.
 */
export function lookupPublic(resolve: Resolve): LookupFunction {
  return (hostname, options, callback) =>
    resolve(hostname, (error, found) => {
      if (error !== null) return callback(error, [])
      const [first] = found
      if (first === undefined || !found.every(({ address }) => isPublicAddress(address)))
        return callback(new PrivateAddressError('An address is not public.'), [])
      if (options.all === true) callback(null, [...found])
      else callback(null, first.address, first.family)
    })
}

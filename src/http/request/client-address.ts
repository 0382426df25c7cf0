import { isIP, SocketAddress } from 'node:net'
import { AddressList } from './address-list.ts'

/** Resolves the client's address behind trusted proxies (OWASP ASVS 5.0, 4.1.3 and 15.3.4). */
export class ClientAddresses {
  readonly #proxies: AddressList

  /** @param deps.trustedProxies IP addresses and CIDR ranges. @throws if an entry is neither. */
  constructor(deps: { trustedProxies: readonly string[] }) {
    this.#proxies = new AddressList(deps.trustedProxies)
  }

  /** Whether a peer (a normalised address) is one of the configured proxies. */
  isTrusted(address: string | null): boolean {
    return this.#proxies.has(address)
  }

  /**
   * The client: the peer itself, or behind trusted proxies the rightmost address in X-Forwarded-For that is not
   * one of them. Null if a trusted proxy sent no address, or an invalid one. The whole list is read from the right,
   * without a length limit: its left part is written by the client, who must not be able to hide its address with it.
   */
  resolve(peer: string | null, forwardedFor: string | null): string | null {
    if (!this.isTrusted(peer)) return peer
    if (forwardedFor === null) return null
    let farthest: string | null = null
    for (const entry of forwardedFor.split(',').reverse()) {
      const address = normaliseAddress(withoutPort(entry.trim()))
      if (address === null || !this.isTrusted(address)) return address
      farthest = address
    }
    return farthest
  }
}

/** The canonical text of an address: no zone, no IPv4-mapped IPv6, RFC 5952. Null if the text is not an address. */
export function normaliseAddress(text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null
  const address = text.replace(/%.*$/, '')
  const family = isIP(address)
  if (family === 4) return address
  if (family !== 6) return null
  const canonical = new SocketAddress({ address, family: 'ipv6' }).address
  const mapped = /^::ffff:([0-9.]+)$/.exec(canonical)?.[1]
  return mapped !== undefined && isIP(mapped) === 4 ? mapped : canonical
}

function withoutPort(entry: string): string {
  const [, bracketed, plain] = /^(?:\[([^\]]*)\]|([0-9.]+))(?::[0-9]{1,5})?$/.exec(entry) ?? []
  return bracketed ?? plain ?? entry
}

import { BlockList, isIP } from 'node:net'

/** Addresses and ranges in CIDR notation (RFC 4632, RFC 4291). */
export class AddressList {
  readonly #list: BlockList | null

  /** @throws if an entry is neither */
  constructor(entries: readonly string[]) {
    this.#list = entries.length === 0 ? null : blockListOf(entries)
  }

  /** Whether a normalised address (`normaliseAddress`) is in the list. Null never is. */
  has(address: string | null): boolean {
    if (this.#list === null || address === null) return false
    return this.#list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
  }
}

function blockListOf(entries: readonly string[]): BlockList {
  const list = new BlockList()
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return list
}

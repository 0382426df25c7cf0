import { clientNetwork } from '../lib/client-network.ts'

/** The calls that run now, of each address (of IPv6, each /64) and in all. */
export class OpenCalls {
  readonly #most: { readonly ofAnAddress: number; readonly inAll: number }
  readonly #byNetwork = new Map<string, number>()
  #size = 0

  constructor(most: { readonly ofAnAddress: number; readonly inAll: number }) {
    this.#most = most
  }

  /**
   * What ends the call, to be called once; null when there are too many.
   * @param address null: unknown or exempt, one of all and of none
   */
  begin(address: string | null): (() => void) | null {
    const network = address === null ? null : clientNetwork(address)
    const ofNetwork = network === null ? 0 : (this.#byNetwork.get(network) ?? 0)
    if (this.#size >= this.#most.inAll || ofNetwork >= this.#most.ofAnAddress) return null
    this.#change(network, 1)
    return () => this.#change(network, -1)
  }

  #change(network: string | null, by: 1 | -1): void {
    this.#size += by
    if (network === null) return
    const count = (this.#byNetwork.get(network) ?? 0) + by
    if (count > 0) this.#byNetwork.set(network, count)
    else this.#byNetwork.delete(network)
  }
}

import { clientNetwork } from './client-network.ts'

export interface AddressSlotLimits {
  /** For IPv6, per /64. */
  readonly perAddress: number
  readonly total: number
}

/** Counts what is open, such as calls or connections, per address (IPv6: per /64) and in total. */
export class AddressSlots {
  readonly #limits: AddressSlotLimits
  readonly #byNetwork = new Map<string, number>()
  #size = 0

  constructor(limits: AddressSlotLimits) {
    this.#limits = limits
  }

  /**
   * Takes one more slot. Returns the function that frees it, to be called once; null if a limit is reached.
   * @param address null: unknown or exempt, counts towards the total only
   */
  begin(address: string | null): (() => void) | null {
    const network = address === null ? null : clientNetwork(address)
    const ofNetwork = network === null ? 0 : (this.#byNetwork.get(network) ?? 0)
    if (this.#size >= this.#limits.total || ofNetwork >= this.#limits.perAddress) return null
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

import type { Socket } from 'node:net'
import type { Logger } from '../observation/logger.ts'
import { type AddressSlotLimits, AddressSlots } from './address-slots.ts'

const warnEveryMs = 60_000

export interface ConnectionLimiterDeps extends AddressSlotLimits {
  /** The address to whose share a connection counts; null if it has none, such as a proxy. */
  addressOf(socket: Socket): string | null
  readonly logger: Logger
}

/** Keeps the connections of a port within bounds, in total and for each address. */
export class ConnectionLimiter {
  readonly #deps: ConnectionLimiterDeps
  readonly #slots: AddressSlots
  #warnedAtMs = Number.NEGATIVE_INFINITY

  constructor(deps: ConnectionLimiterDeps) {
    this.#deps = deps
    this.#slots = new AddressSlots(deps)
  }

  /** Returns false, and closes the connection, if a limit is reached. Logs this at most once a minute. */
  admit(socket: Socket): boolean {
    const address = this.#deps.addressOf(socket)
    const free = this.#slots.begin(address)
    if (free !== null) {
      socket.once('close', free)
      return true
    }
    socket.destroy()
    this.#warn(address)
    return false
  }

  #warn(address: string | null): void {
    const now = performance.now()
    if (now - this.#warnedAtMs < warnEveryMs) return
    this.#warnedAtMs = now
    const { perAddress, total, logger } = this.#deps
    const message = `A connection was refused: at most ${perAddress} of one address and ${total} in total. Proxies belong into TRUSTED_PROXIES.`
    logger.warn({ address }, message)
  }
}

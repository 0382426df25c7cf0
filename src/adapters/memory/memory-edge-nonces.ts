import type { EdgeNonces } from '../../domain/origin/edge-nonces.ts'
import type { Clock } from '../../lib/time/clock.ts'

export interface MemoryEdgeNoncesDeps {
  readonly clock: Pick<Clock, 'monotonicMs'>
  /** Maximum number of stored nonces. A nonce that has not expired is never dropped for a new one. */
  readonly maxNonces?: number
}

/** Nonces in the memory of one process. */
export class MemoryEdgeNonces implements EdgeNonces {
  readonly #clock: Pick<Clock, 'monotonicMs'>
  readonly #maxNonces: number
  /** In the order of expiry, provided that all nonces have the same lifetime. */
  readonly #expiresAtMs = new Map<string, number>()

  constructor({ clock, maxNonces = 200_000 }: MemoryEdgeNoncesDeps) {
    this.#clock = clock
    this.#maxNonces = maxNonces
  }

  async insert(nonce: string, seconds: number): Promise<boolean> {
    const nowMs = this.#clock.monotonicMs()
    this.#forgetExpired(nowMs)
    if (this.#expiresAtMs.has(nonce)) return false
    if (this.#expiresAtMs.size >= this.#maxNonces)
      throw new Error(`There is no room for another nonce: all ${this.#maxNonces} entries are in use.`)
    this.#expiresAtMs.set(nonce, nowMs + seconds * 1000)
    return true
  }

  #forgetExpired(nowMs: number): void {
    for (const [nonce, expiresAtMs] of this.#expiresAtMs) {
      if (expiresAtMs > nowMs) return
      this.#expiresAtMs.delete(nonce)
    }
  }
}

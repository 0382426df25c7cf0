/** Maximum number of ids that one call removes: about 30 ms of work. */
const maxForgotten = 20_000

/**
 * Ids with an expiry, in order of insertion. All ids have the same lifetime, so this is also the order of expiry,
 * except for differences between clocks, and expired ids are in front. Removing them costs time in proportion to the
 * removed ids only. An id that was inserted late is removed later by the same delay.
 */
export class ExpiringIds {
  /** Expiries in whole seconds. Unlike milliseconds, they are small integers, which need no memory of their own. */
  readonly #expiries = new Map<string, number>()

  get size(): number {
    return this.#expiries.size
  }

  /** The expiry of the first id, in milliseconds since 1970; null if there is none. */
  get firstExpiry(): number | null {
    const [seconds] = this.#expiries.values()
    return seconds === undefined ? null : seconds * 1000
  }

  has(id: string): boolean {
    return this.#expiries.has(id)
  }

  /** Adds an id. If it is present, the later expiry counts. Returns the stored copy of the id. */
  add(id: string, expiresAtMs: number): string {
    const seconds = Math.ceil(expiresAtMs / 1000)
    const known = this.#expiries.get(id)
    if (known !== undefined && known >= seconds) return id
    // A copy, since a substring would keep the whole text of a request in memory.
    const copy = known === undefined ? Buffer.from(id).toString() : id
    this.#expiries.delete(id)
    this.#expiries.set(copy, seconds)
    return copy
  }

  /** Removes expired ids, at most 20 000 at once; further calls remove the rest. Returns the removed ids. */
  forget(nowMs: number): readonly string[] {
    const removed: string[] = []
    for (const [id, seconds] of this.#expiries) {
      if (seconds * 1000 > nowMs || removed.length === maxForgotten) break
      this.#expiries.delete(id)
      removed.push(id)
    }
    return removed
  }
}

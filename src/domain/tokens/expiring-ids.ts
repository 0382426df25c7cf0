/** Some 30 ms of work. */
const maxForgotten = 20_000

/**
 * Ids that are remembered for a while, in the order in which they expire: what is over stands in front, so that
 * forgetting costs as much as is forgotten, however many there are. All are remembered for the same time, so they come
 * in that order, give or take what clocks differ by; one that came late is forgotten so much later.
 */
export class ExpiringIds {
  /** Whole seconds: unlike milliseconds, they take no memory of their own. */
  readonly #expiries = new Map<string, number>()

  get size(): number {
    return this.#expiries.size
  }

  /** When the first one is over, in milliseconds since 1970; null where there is none. */
  get firstExpiry(): number | null {
    const [seconds] = this.#expiries.values()
    return seconds === undefined ? null : seconds * 1000
  }

  has(id: string): boolean {
    return this.#expiries.has(id)
  }

  /** Of several times that were told of one id, the latest counts. Answers the id as it is kept. */
  add(id: string, expiresAtMs: number): string {
    const seconds = Math.ceil(expiresAtMs / 1000)
    const known = this.#expiries.get(id)
    if (known !== undefined && known >= seconds) return id
    // A copy: text that was cut out of a request would hold all of it.
    const own = known === undefined ? Buffer.from(id).toString() : id
    this.#expiries.delete(id)
    this.#expiries.set(own, seconds)
    return own
  }

  /** Forgets what is over at that time, some of it if it is a lot: the rest goes the next time. Answers it. */
  forget(nowMs: number): readonly string[] {
    const gone: string[] = []
    for (const [id, seconds] of this.#expiries) {
      if (seconds * 1000 > nowMs || gone.length === maxForgotten) break
      this.#expiries.delete(id)
      gone.push(id)
    }
    return gone
  }
}

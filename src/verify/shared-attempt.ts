/** The age of a time in milliseconds. A time in the future, after a clock was set back, is as old as can be. */
export function ageOf(at: number, now: number): number {
  return at <= now ? now - at : Number.POSITIVE_INFINITY
}

/** Time without further attempts after a failed one. */
const coolDownMs = 1000

/**
 * Runs a piece of work once for all who wait for it. For a second after a failure, everyone gets that failure without a new
 * attempt, so that an outage of Gatehouse is not made worse.
 */
export class SharedAttempt {
  readonly #work: () => Promise<void>
  readonly #now: () => number
  #pending: Promise<void> | null = null
  #failure: { readonly error: unknown; readonly at: number } | null = null

  constructor(work: () => Promise<void>, now: () => number) {
    this.#work = work
    this.#now = now
  }

  run(): Promise<void> {
    if (this.#pending !== null) return this.#pending
    if (this.#failure !== null && ageOf(this.#failure.at, this.#now()) < coolDownMs)
      return Promise.reject(this.#failure.error)
    this.#pending = this.#attempt()
    return this.#pending
  }

  async #attempt(): Promise<void> {
    try {
      await this.#work()
      this.#failure = null
    } catch (error) {
      this.#failure = { error, at: this.#now() }
      throw error
    } finally {
      this.#pending = null
    }
  }
}

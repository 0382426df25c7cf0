const windowMs = 60_000
const firstPauseMs = 250
const maxPauseMs = 5_000
const minCrashes = 5

/** How long to wait before a crashed worker is replaced, and when the group gives up. */
export class CrashRule {
  readonly #maxCrashes: number
  #crashedAtMs: readonly number[] = []

  constructor(workers: number) {
    this.#maxCrashes = Math.max(minCrashes, 2 * workers)
  }

  /** The pause in milliseconds. Null: too many crashes within a minute. */
  pauseAfterCrash(nowMs: number): number | null {
    this.#crashedAtMs = [...this.#crashedAtMs.filter((at) => nowMs - at < windowMs), nowMs]
    const crashes = this.#crashedAtMs.length
    if (crashes > this.#maxCrashes) return null
    return Math.min(firstPauseMs * 2 ** (crashes - 1), maxPauseMs)
  }
}

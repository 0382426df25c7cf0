import type { HashingSettings } from '../../domain/passwords/hashing-settings.ts'

/** Minimum weight of the latest hash in the average. The first ten hashes have equal weights, because the first one takes longer. */
const latestWeight = 0.1

/**
 * Estimates how long a new request would wait for the hasher, from the number of admitted requests and the average time
 * of a hash. An overloaded service can therefore refuse a request at once, before any store is asked.
 */
export class HashAdmission {
  readonly #settings: Pick<HashingSettings, 'queueSeconds'>
  readonly #concurrency: number
  readonly #maxRequests: number
  #requests = 0
  #averageMs = 0
  #hashes = 0

  constructor(settings: Pick<HashingSettings, 'queueSeconds'>, concurrency: number, queueLimit: number) {
    this.#settings = settings
    this.#concurrency = concurrency
    this.#maxRequests = concurrency + queueLimit
  }

  get hasRoom(): boolean {
    if (this.#requests < this.#concurrency) return true
    const waitMs = (this.#requests * this.#averageMs) / this.#concurrency
    return this.#requests < this.#maxRequests && waitMs < this.#settings.queueSeconds * 1000
  }

  /** Null if there is no room. Otherwise call the result once, when the request ends. */
  admit(): (() => void) | null {
    if (!this.hasRoom) return null
    this.#requests += 1
    return () => {
      this.#requests -= 1
    }
  }

  /** Notes how long a hash took. */
  noteHash(ms: number): void {
    this.#hashes += 1
    this.#averageMs += (ms - this.#averageMs) * Math.max(latestWeight, 1 / this.#hashes)
  }
}

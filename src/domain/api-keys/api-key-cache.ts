import { BoundedMap } from '../../lib/collections/bounded-map.ts'
import type { Clock } from '../../lib/time/clock.ts'
import { minuteMs } from '../../lib/time/duration.ts'
import type { OwnedApiKey } from './api-key-store.ts'

/** Each about 1 kB. */
const maxFound = 5_000
const maxMisses = 1_000
/** Changes arrive as revocations long before that. */
const foundMs = 5 * minuteMs
/** Short: a refused key can become valid without a notification, for example if its owner is unlocked. */
const missMs = 10_000

interface Entry {
  readonly found: OwnedApiKey | null
  readonly until: number
}

/**
 * Caches keys that were presented to this process, by digest, so that no key can be read from it. The cache is bounded.
 * Misses have a space of their own, so that a caller who guesses keys cannot evict valid ones.
 */
export class ApiKeyCache {
  readonly #clock: Clock
  readonly #found = new BoundedMap<string, Entry>(maxFound)
  readonly #misses = new BoundedMap<string, Entry>(maxMisses)

  constructor(deps: { readonly clock: Clock }) {
    this.#clock = deps.clock
  }

  /** Undefined if the digest is not cached, null if no usable key has it. */
  find(digest: string): OwnedApiKey | null | undefined {
    const entry = this.#found.get(digest) ?? this.#misses.get(digest)
    if (entry === undefined || this.#clock.monotonicMs() >= entry.until) return undefined
    return entry.found
  }

  /**
   * `usable`: whether the key is accepted now. Other results are kept for a shorter time. `maxMs`: the time until something
   * changes without a notification.
   */
  keep(digest: string, found: OwnedApiKey | null, usable: boolean, maxMs = foundMs): void {
    this.#found.delete(digest)
    this.#misses.delete(digest)
    const [entries, lifetimeMs] = usable ? [this.#found, foundMs] : [this.#misses, missMs]
    entries.set(digest, { found, until: this.#clock.monotonicMs() + Math.min(lifetimeMs, maxMs) })
  }
}

import type { Clock } from '../../lib/clock.ts'
import type { OwnedApiKey } from './api-key-store.ts'

/** Each about 1 kB. */
const maxFound = 5_000
const maxMisses = 1_000
/** What has changed arrives as a revocation long before. */
const foundMs = 5 * 60_000
/** What can become good again without anybody being told, such as a locked owner, is forgotten soon. */
const missMs = 10_000

interface Entry {
  readonly found: OwnedApiKey | null
  readonly until: number
}

/**
 * What a process remembers of keys that were presented: by digest, so that none of them can be read here. Bounded, and
 * misses apart, so that somebody who tries keys pushes no good one out.
 */
export class ApiKeyCache {
  readonly #clock: Clock
  readonly #found = new Map<string, Entry>()
  readonly #misses = new Map<string, Entry>()

  constructor(deps: { readonly clock: Clock }) {
    this.#clock = deps.clock
  }

  /** Undefined: the store must be asked. */
  find(digest: string): OwnedApiKey | null | undefined {
    const entry = this.#found.get(digest) ?? this.#misses.get(digest)
    if (entry === undefined || this.#clock.monotonicMs() >= entry.until) return undefined
    return entry.found
  }

  /** `good`: whether the key may do anything now; whatever may not is kept for a shorter time. */
  keep(digest: string, found: OwnedApiKey | null, good: boolean): void {
    this.#found.delete(digest)
    this.#misses.delete(digest)
    const [entries, most, lifeMs] = good
      ? [this.#found, maxFound, foundMs]
      : [this.#misses, maxMisses, missMs]
    entries.set(digest, { found, until: this.#clock.monotonicMs() + lifeMs })
    const [oldest] = entries.size > most ? entries.keys() : []
    if (oldest !== undefined) entries.delete(oldest)
  }
}

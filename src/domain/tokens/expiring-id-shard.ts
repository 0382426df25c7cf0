/** The 128 bits of an id, as four unsigned numbers of 32 bits. */
export type IdWords = readonly [number, number, number, number]

interface Entry {
  readonly expirySeconds: number
  readonly value: number
}

/** Number of shards among which the hash of an id decides. */
export const shardCount = 64

/** A place contains the four words of an id, its expiry in seconds (0 = the place is free), and its number. */
const placeWords = 6
const expiryAt = 4
const valueAt = 5
const minPlaces = 16
/** The share of places in use at which the table grows. */
const maxLoad = 0.75
const growth = 1.5

/** A hash table in one typed array: open addressing with linear probing. It is rebuilt to grow and to remove ids. */
export class ExpiringIdShard {
  readonly #hash: (words: IdWords) => number
  #table = new Uint32Array(0)
  #places = 0
  #size = 0

  /** @param hash an unsigned number of 32 bits; always the same for the same words */
  constructor(hash: (words: IdWords) => number) {
    this.#hash = hash
  }

  get size(): number {
    return this.#size
  }

  /** The earliest expiry in seconds since 1970; infinite if there is no id. */
  get firstExpirySeconds(): number {
    let first = Number.POSITIVE_INFINITY
    for (let at = 0; at < this.#table.length; at += placeWords) {
      if (!this.#isFree(at)) first = Math.min(first, this.#word(at + expiryAt))
    }
    return first
  }

  /** The number of an id; null if the id is absent. */
  valueOf(words: IdWords, hash: number): number | null {
    if (this.#size === 0) return null
    const at = this.#find(words, hash)
    return this.#isFree(at) ? null : this.#word(at + valueAt)
  }

  /** Adds an id. If it is present, the later expiry and the higher number count. */
  add(words: IdWords, hash: number, { expirySeconds, value }: Entry): void {
    if (this.#size + 1 > this.#places * maxLoad) this.#rebuild(Math.ceil(this.#places * growth), 0)
    const at = this.#find(words, hash)
    if (this.#isFree(at)) {
      this.#write(at, words)
      this.#size += 1
    }
    this.#table[at + expiryAt] = Math.max(this.#word(at + expiryAt), expirySeconds)
    this.#table[at + valueAt] = Math.max(this.#word(at + valueAt), value)
  }

  /** Removes the ids that have expired. Returns the number of places that it visited. */
  forget(nowSeconds: number): number {
    const visited = this.#places
    let left = 0
    for (let at = 0; at < this.#table.length; at += placeWords) {
      if (this.#word(at + expiryAt) > nowSeconds) left += 1
    }
    if (left < this.#size) this.#rebuild(Math.ceil((left * growth) / maxLoad), nowSeconds)
    return visited
  }

  /** Moves the ids that expire after a time to a table with that number of places, or the minimum. */
  #rebuild(places: number, afterSeconds: number): void {
    const old = this.#table
    this.#places = Math.max(minPlaces, places)
    this.#table = new Uint32Array(this.#places * placeWords)
    this.#size = 0
    for (let at = 0; at < old.length; at += placeWords) {
      const expirySeconds = old[at + expiryAt] ?? 0
      if (expirySeconds > afterSeconds) this.#move(old, at)
    }
  }

  /** Copies a place of the old table to a free one. No comparison is necessary: ids of a table differ. */
  #move(old: Uint32Array, from: number): void {
    const words: IdWords = [old[from] ?? 0, old[from + 1] ?? 0, old[from + 2] ?? 0, old[from + 3] ?? 0]
    let at = this.#firstPlace(this.#hash(words))
    while (!this.#isFree(at)) at = this.#nextPlace(at)
    for (let word = 0; word < placeWords; word += 1) this.#table[at + word] = old[from + word] ?? 0
    this.#size += 1
  }

  /** Where an id is, or the free place where it belongs. There is always a free place. */
  #find([a, b, c, d]: IdWords, hash: number): number {
    let at = this.#firstPlace(hash)
    while (!this.#isFree(at)) {
      if (
        this.#word(at) === a &&
        this.#word(at + 1) === b &&
        this.#word(at + 2) === c &&
        this.#word(at + 3) === d
      )
        return at
      at = this.#nextPlace(at)
    }
    return at
  }

  #firstPlace(hash: number): number {
    // Division, since the shard itself was chosen by the remainder.
    return (Math.floor(hash / shardCount) % this.#places) * placeWords
  }

  #nextPlace(at: number): number {
    return at + placeWords === this.#table.length ? 0 : at + placeWords
  }

  /** Faster than `TypedArray.set`, which dominates the load of a million ids. */
  #write(at: number, [a, b, c, d]: IdWords): void {
    this.#table[at] = a
    this.#table[at + 1] = b
    this.#table[at + 2] = c
    this.#table[at + 3] = d
  }

  #isFree(at: number): boolean {
    return this.#table[at + expiryAt] === 0
  }

  #word(at: number): number {
    return this.#table[at] ?? 0
  }
}

/**
 * A least-recently-used cache with string keys. Bounded by its number of entries and by the characters of all keys; a key
 * that is longer than a tenth of the characters is not stored.
 */
export class BoundedCache<Value> {
  readonly #entries = new Map<string, Value>()
  readonly #maxEntries: number
  readonly #maxCharacters: number
  #characters = 0

  constructor(limits: { maxEntries: number; maxCharacters: number }) {
    this.#maxEntries = limits.maxEntries
    this.#maxCharacters = limits.maxCharacters
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: string): Value | undefined {
    const value = this.#entries.get(key)
    if (value === undefined) return undefined
    this.#entries.delete(key)
    this.#entries.set(key, value)
    return value
  }

  set(key: string, value: Value): void {
    if (key.length > this.#maxCharacters / 10) return
    this.#remove(key)
    this.#entries.set(key, value)
    this.#characters += key.length
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#maxEntries && this.#characters <= this.#maxCharacters) return
      this.#remove(oldest)
    }
  }

  #remove(key: string): void {
    if (this.#entries.delete(key)) this.#characters -= key.length
  }
}

/**
 * A cache by text that forgets what was used least recently: it holds at most so many entries and at most so many
 * characters of keys, and no single key that takes more than a tenth of these.
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

/** A map with a maximum number of entries. Beyond it, the entry that was set longest ago is removed. */
export class BoundedMap<Key, Value> {
  readonly #entries = new Map<Key, Value>()
  readonly #maxEntries: number

  constructor(maxEntries: number) {
    this.#maxEntries = maxEntries
  }

  get size(): number {
    return this.#entries.size
  }

  get(key: Key): Value | undefined {
    return this.#entries.get(key)
  }

  /** The value, which is created and set if the key is absent. */
  getOrCreate(key: Key, create: () => Value): Value {
    const known = this.#entries.get(key)
    if (known !== undefined) return known
    const created = create()
    this.set(key, created)
    return created
  }

  /** Sets the entry anew: it becomes the youngest one, also if the key exists. */
  set(key: Key, value: Value): void {
    this.#entries.delete(key)
    this.#entries.set(key, value)
    if (this.#entries.size <= this.#maxEntries) return
    for (const oldest of this.#entries.keys()) {
      this.#entries.delete(oldest)
      return
    }
  }

  delete(key: Key): void {
    this.#entries.delete(key)
  }

  /** The values, oldest first. */
  values(): MapIterator<Value> {
    return this.#entries.values()
  }
}

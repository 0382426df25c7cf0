/** Several distinct values for each key, in the order in which they were added. */
export class MultiMap<Key, Value> {
  readonly #values = new Map<Key, Set<Value>>()

  add(key: Key, value: Value): void {
    const values = this.#values.get(key)
    if (values === undefined) this.#values.set(key, new Set([value]))
    else values.add(value)
  }

  /** Returns whether the value was present. */
  delete(key: Key, value: Value): boolean {
    const values = this.#values.get(key)
    if (values?.delete(value) !== true) return false
    if (values.size === 0) this.#values.delete(key)
    return true
  }

  /** The values of a key. A copy, so that values can be added and removed while it is read. */
  of(key: Key): readonly Value[] {
    return [...(this.#values.get(key) ?? [])]
  }

  /** A copy of all values. */
  all(): readonly Value[] {
    return [...this.#values.values()].flatMap((values) => [...values])
  }
}

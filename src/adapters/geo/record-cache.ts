/** The most recently decoded records. A full cache drops its older half at once. */
export class RecordCache {
  readonly #half: number
  #young = new Map<unknown, unknown>()
  #old = new Map<unknown, unknown>()

  constructor(maxRecords: number) {
    this.#half = maxRecords / 2
  }

  get(key: unknown): unknown {
    if (this.#young.has(key)) return this.#young.get(key)
    const value = this.#old.get(key)
    if (value !== undefined) this.set(key, value)
    return value
  }

  set(key: unknown, value: unknown): void {
    if (this.#young.size >= this.#half) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, value)
  }
}

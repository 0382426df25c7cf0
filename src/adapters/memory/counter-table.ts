const none = 0xffff_ffff

/** Identifies a counter: 64 bits of an HMAC, so that callers cannot cause collisions. */
export interface Fingerprint {
  readonly high: number
  readonly low: number
}

/**
 * Counters by group and key, stored in columns: 18 bytes each, plus 5 bytes of index, for keys of any length. Each group
 * keeps its counters in the order of last use, which is the order in which they expire.
 */
export class CounterTable {
  readonly #capacity: number
  readonly #highs: Uint32Array
  readonly #lows: Uint32Array
  readonly #groups: Uint16Array
  readonly #before: Uint32Array
  readonly #after: Uint32Array
  /** Hash index with open addressing. An entry is the number of a counter plus one; 0 = empty. */
  readonly #index: Uint32Array
  readonly #oldest: number[] = []
  readonly #newest: number[] = []
  /** First counter that was never used. Released counters form a list, linked by `after`. */
  #untouched = 0
  #free = none
  readonly #sizes: number[] = []
  #size = 0

  constructor(capacity: number) {
    this.#capacity = capacity
    this.#highs = new Uint32Array(capacity)
    this.#lows = new Uint32Array(capacity)
    this.#groups = new Uint16Array(capacity)
    this.#before = new Uint32Array(capacity)
    this.#after = new Uint32Array(capacity)
    this.#index = new Uint32Array(Math.ceil(capacity * 1.25) + 1)
  }

  /** Number of counters in use. */
  get size(): number {
    return this.#size
  }

  /** Number of counters in use in a group. */
  sizeOf(group: number): number {
    return this.#sizes[group] ?? 0
  }

  /** The number of the counter; null = none. */
  find(group: number, { high, low }: Fingerprint): number | null {
    for (let place = this.#home(high); ; place = this.#next(place)) {
      const entry = read(this.#index, place)
      if (entry === 0) return null
      const counter = entry - 1
      if (
        read(this.#highs, counter) === high &&
        read(this.#lows, counter) === low &&
        read(this.#groups, counter) === group
      )
        return counter
    }
  }

  /** Allocates a counter for a key without one; null = all are in use. */
  claim(group: number, { high, low }: Fingerprint): number | null {
    const counter = this.#takeFree()
    if (counter === null) return null
    this.#highs[counter] = high
    this.#lows[counter] = low
    this.#groups[counter] = group
    let place = this.#home(high)
    while (read(this.#index, place) !== 0) place = this.#next(place)
    this.#index[place] = counter + 1
    this.#append(group, counter)
    this.#sizes[group] = this.sizeOf(group) + 1
    this.#size += 1
    return counter
  }

  /** Makes the counter the newest of its group. */
  touch(counter: number): void {
    const group = read(this.#groups, counter)
    if (this.#newest[group] === counter) return
    this.#unlink(group, counter)
    this.#append(group, counter)
  }

  release(counter: number): void {
    const group = read(this.#groups, counter)
    this.#unlink(group, counter)
    this.#removeFromIndex(counter)
    this.#sizes[group] = this.sizeOf(group) - 1
    this.#after[counter] = this.#free
    this.#free = counter
    this.#size -= 1
  }

  /** The least recently used counter of a group; null = none. */
  oldestOf(group: number): number | null {
    const oldest = this.#oldest[group] ?? none
    return oldest === none ? null : oldest
  }

  #takeFree(): number | null {
    if (this.#free !== none) {
      const counter = this.#free
      this.#free = read(this.#after, counter)
      return counter
    }
    if (this.#untouched === this.#capacity) return null
    this.#untouched += 1
    return this.#untouched - 1
  }

  #append(group: number, counter: number): void {
    const newest = this.#newest[group] ?? none
    this.#before[counter] = newest
    this.#after[counter] = none
    if (newest === none) this.#oldest[group] = counter
    else this.#after[newest] = counter
    this.#newest[group] = counter
  }

  #unlink(group: number, counter: number): void {
    const before = read(this.#before, counter)
    const after = read(this.#after, counter)
    if (before === none) this.#oldest[group] = after
    else this.#after[before] = after
    if (after === none) this.#newest[group] = before
    else this.#before[after] = before
  }

  /** Moves later entries up, so that no search ends at the gap. */
  #removeFromIndex(counter: number): void {
    let gap = this.#home(read(this.#highs, counter))
    while (read(this.#index, gap) !== counter + 1) gap = this.#next(gap)
    for (let place = this.#next(gap); ; place = this.#next(place)) {
      const entry = read(this.#index, place)
      if (entry === 0) break
      const home = this.#home(read(this.#highs, entry - 1))
      const staysBehindGap = gap < place ? gap < home && home <= place : gap < home || home <= place
      if (staysBehindGap) continue
      this.#index[gap] = entry
      gap = place
    }
    this.#index[gap] = 0
  }

  #home(high: number): number {
    return high % this.#index.length
  }

  #next(place: number): number {
    return place + 1 === this.#index.length ? 0 : place + 1
  }
}

function read(column: Uint32Array | Uint16Array, place: number): number {
  return column[place] ?? 0
}

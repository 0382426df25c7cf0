const none = 0xffff_ffff

/** What a counter is found by: 64 bits of an HMAC, which nobody outside can make collide. */
export interface Fingerprint {
  readonly high: number
  readonly low: number
}

/**
 * Counters by group and key, in columns: 18 bytes each and 5 of the index, whatever the keys are. Each group keeps the
 * order in which its counters were last used, which is the order in which they expire.
 */
export class CounterTable {
  readonly #capacity: number
  readonly #highs: Uint32Array
  readonly #lows: Uint32Array
  readonly #groups: Uint16Array
  readonly #before: Uint32Array
  readonly #after: Uint32Array
  /** Open addressing; a counter's number and one, 0 where nothing is. */
  readonly #index: Uint32Array
  readonly #oldest: number[] = []
  readonly #newest: number[] = []
  /** Counters from here on have never been used; those given back hang together by `after`. */
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

  /** How many counters are in use. */
  get size(): number {
    return this.#size
  }

  /** How many of them are of a group. */
  sizeOf(group: number): number {
    return this.#sizes[group] ?? 0
  }

  /** The number of the counter, or null. */
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

  /** Takes a counter for a key that has none; null when all are in use. */
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

  /** The counter of a group that was not used for the longest time, or null. */
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

  /** Those behind it move up, so that no search ends at the gap. */
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

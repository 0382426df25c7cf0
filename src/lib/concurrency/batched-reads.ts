export interface BatchLimits {
  /** Maximum number of items that one call of `read` gets. */
  readonly maxItems: number
  /** Maximum number of calls of `read` that run at a time. Meanwhile the items of the next batch accumulate. */
  readonly maxRunning: number
}

interface Batch<Item, Result> {
  readonly items: Item[]
  readonly result: Promise<Result>
  run(): Promise<void>
}

/**
 * Collects the items that are requested in one turn of the event loop, or while reads run, and reads them together: any
 * number of callers needs few statements and few connections.
 */
export class BatchedReads<Item, Result> {
  readonly #read: (items: readonly Item[]) => Promise<Result>
  readonly #limits: BatchLimits
  /** Batches that have not begun, in order. Items are added to the last one. */
  readonly #waiting: Batch<Item, Result>[] = []
  #running = 0

  constructor(read: (items: readonly Item[]) => Promise<Result>, limits: BatchLimits) {
    this.#read = read
    this.#limits = limits
  }

  /** The result of the read that contains the item. It begins after this call. */
  request(item: Item): Promise<Result> {
    const last = this.#waiting.at(-1)
    const batch = last === undefined || last.items.length >= this.#limits.maxItems ? this.#open() : last
    batch.items.push(item)
    return batch.result
  }

  #open(): Batch<Item, Result> {
    const items: Item[] = []
    let run = async (): Promise<void> => undefined
    const result = new Promise<Result>((resolve, reject) => {
      run = () => this.#read(items).then(resolve, reject)
    })
    const batch = { items, result, run: () => run() }
    this.#waiting.push(batch)
    setImmediate(() => this.#runNext())
    return batch
  }

  #runNext(): void {
    if (this.#running >= this.#limits.maxRunning) return
    const batch = this.#waiting.shift()
    if (batch === undefined) return
    this.#running += 1
    void batch.run().finally(() => {
      this.#running -= 1
      this.#runNext()
    })
  }
}

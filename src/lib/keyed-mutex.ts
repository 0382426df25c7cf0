/** So many wait for their turn at most; whoever comes then goes at once. */
const maxWaiting = 100

/** Lets works of one key happen one after the other, in the order of arrival; works of other keys do not wait. */
export class KeyedMutex {
  readonly #lines = new Map<string, { tail: Promise<unknown>; length: number }>()

  /** Answers as the work does; a work that throws ends its turn like any other. */
  async take<T>(key: string, work: () => Promise<T>): Promise<T> {
    const line = this.#lines.get(key) ?? { tail: Promise.resolve(), length: 0 }
    if (line.length >= maxWaiting) return work()
    const turn = line.tail.then(work)
    line.tail = turn.catch(() => undefined)
    line.length += 1
    this.#lines.set(key, line)
    try {
      return await turn
    } finally {
      line.length -= 1
      if (line.length === 0) this.#lines.delete(key)
    }
  }
}

/** Maximum length of the queue of one key; tasks beyond it run immediately, without exclusion. */
const maxQueueLength = 100

/**
 * Runs tasks of one key one after the other, in order of arrival. Tasks of different keys do not wait for each other.
 */
export class KeyedMutex {
  readonly #queues = new Map<string, { tail: Promise<unknown>; length: number }>()

  /** Runs the task in turn and returns its result. A task that throws releases the key like any other. */
  async run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const queue = this.#queues.get(key) ?? { tail: Promise.resolve(), length: 0 }
    if (queue.length >= maxQueueLength) return task()
    const result = queue.tail.then(task)
    queue.tail = result.catch(() => undefined)
    queue.length += 1
    this.#queues.set(key, queue)
    try {
      return await result
    } finally {
      queue.length -= 1
      if (queue.length === 0) this.#queues.delete(key)
    }
  }
}

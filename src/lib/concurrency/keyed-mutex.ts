import { GateTimeout } from './gate.ts'

/** Maximum length of the queue of one key. */
const maxQueueLength = 100

/**
 * Runs tasks of one key one after the other, in order of arrival. Tasks of different keys do not wait for each other.
 */
export class KeyedMutex {
  readonly #queues = new Map<string, { tail: Promise<unknown>; length: number }>()

  /**
   * Runs the task in turn and returns its result. A task that throws releases the key like any other. If the queue is
   * full, the task runs immediately, without exclusion.
   */
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

  /**
   * Like `run`, but never without exclusion, and with a bounded wait. A caller that gave up keeps its place in the
   * queue until its turn, which then takes no time.
   * @throws GateTimeout after `waitMs` in the queue, or immediately if the queue is full; the task did not start
   */
  async runWithin<T>(key: string, waitMs: number, task: () => Promise<T>): Promise<T> {
    if ((this.#queues.get(key)?.length ?? 0) >= maxQueueLength) throw new GateTimeout('The queue is full.')
    return new Promise<T>((resolve, reject) => {
      let gaveUp = false
      const timer = setTimeout(() => {
        gaveUp = true
        reject(new GateTimeout(`No turn within ${Math.round(waitMs)} ms.`))
      }, waitMs)
      this.run(key, async () => {
        clearTimeout(timer)
        if (!gaveUp) resolve(await task())
      }).catch(reject)
    })
  }
}

/** The work did not start: the queue was full, or the caller waited too long. */
export class GateTimeout extends Error {
  override readonly name = 'GateTimeout'
}

export interface GateLimits {
  /** Maximum number of tasks that run at once. */
  readonly concurrency: number
  /** Maximum time that a caller waits. */
  readonly queueSeconds: number
  /** Maximum number of waiting callers. */
  readonly queueLimit: number
}

interface Waiter {
  readonly admit: () => void
}

/**
 * Limits how many tasks run at once. Further callers wait in order of arrival, in bounded number and for a bounded
 * time.
 */
export class Gate {
  readonly #limits: GateLimits
  /** In order of arrival. A Set keeps the order and removes a caller that gave up in constant time. */
  readonly #queue = new Set<Waiter>()
  #running = 0

  constructor(limits: GateLimits) {
    this.#limits = limits
  }

  get running(): number {
    return this.#running
  }

  get waiting(): number {
    return this.#queue.size
  }

  /**
   * Runs the task as soon as there is a free place, and returns its result. The place is free again even if the task
   * throws.
   * @throws GateTimeout after `waitMs` in the queue (`queueSeconds` by default), or immediately if the queue is full;
   * the task did not start
   */
  async run<T>(work: () => Promise<T>, waitMs = this.#limits.queueSeconds * 1000): Promise<T> {
    await this.#enter(waitMs)
    try {
      return await work()
    } finally {
      this.#leave()
    }
  }

  #enter(waitMs: number): Promise<void> {
    if (this.#running < this.#limits.concurrency) {
      this.#running += 1
      return Promise.resolve()
    }
    if (this.#queue.size >= this.#limits.queueLimit) {
      return Promise.reject(new GateTimeout('The queue is full.'))
    }
    return this.#wait(waitMs)
  }

  #wait(waitMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#queue.delete(waiter)
        reject(new GateTimeout(`No room within ${Math.round(waitMs)} ms.`))
      }, waitMs)
      timer.unref()
      const waiter: Waiter = {
        admit: () => {
          clearTimeout(timer)
          resolve()
        },
      }
      this.#queue.add(waiter)
    })
  }

  /** Passes the place to the caller that has waited longest, so that new callers cannot overtake. */
  #leave(): void {
    for (const waiter of this.#queue) {
      this.#queue.delete(waiter)
      waiter.admit()
      return
    }
    this.#running -= 1
  }
}

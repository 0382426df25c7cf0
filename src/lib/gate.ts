/** Thrown to a caller who was not let through: the queue was full, or waiting took too long. */
export class GateTimeout extends Error {
  override readonly name = 'GateTimeout'
}

export interface GateLimits {
  /** How many pieces of work run at once. */
  readonly concurrency: number
  /** How long a caller waits at most. */
  readonly queueSeconds: number
  /** How many callers wait at most. */
  readonly queueLimit: number
}

interface Waiter {
  readonly admit: () => void
}

/** Lets a bounded number of works run at once; others wait in line, first come first served, in bounded number and time. */
export class Gate {
  readonly #limits: GateLimits
  /** In the order of arrival: a Set keeps it and forgets in constant time those who gave up. */
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
   * Runs the work as soon as there is room and answers as it does; its place is free again even when it throws.
   * @throws GateTimeout after queueSeconds in line, or at once when the line is full; the work did not start then.
   */
  async run<T>(work: () => Promise<T>): Promise<T> {
    await this.#enter()
    try {
      return await work()
    } finally {
      this.#leave()
    }
  }

  #enter(): Promise<void> {
    if (this.#running < this.#limits.concurrency) {
      this.#running += 1
      return Promise.resolve()
    }
    if (this.#queue.size >= this.#limits.queueLimit) {
      return Promise.reject(new GateTimeout('The queue is full.'))
    }
    return this.#wait()
  }

  #wait(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#queue.delete(waiter)
        reject(new GateTimeout(`No room within ${this.#limits.queueSeconds} s.`))
      }, this.#limits.queueSeconds * 1000)
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

  /** Hands the place to whoever waits longest, so that nobody who arrives in between overtakes. */
  #leave(): void {
    for (const waiter of this.#queue) {
      this.#queue.delete(waiter)
      waiter.admit()
      return
    }
    this.#running -= 1
  }
}

import type { SessionEvent } from './session-event.ts'

/** Maximum number of unread events. Beyond it the stream ends, and the client has to subscribe again. */
const maxWaiting = 100

/** The events of one subscriber, in order. Events that were pushed before the end can still be read. */
export class SessionStream implements AsyncIterableIterator<SessionEvent> {
  readonly #waiting: SessionEvent[] = []
  readonly #readers: ((result: IteratorResult<SessionEvent>) => void)[] = []
  readonly #onEnd: () => void
  #ended = false

  /** @param onEnd called once, when the stream ends for any reason */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd
  }

  /** Whether a reader waits for the next event. A connected client waits nearly all the time. */
  get hasReader(): boolean {
    return this.#readers.length > 0
  }

  get hasEnded(): boolean {
    return this.#ended
  }

  push(event: SessionEvent): void {
    if (this.#ended) return
    const reader = this.#readers.shift()
    if (reader !== undefined) reader({ done: false, value: event })
    else if (this.#waiting.length < maxWaiting) this.#waiting.push(event)
    else this.end()
  }

  end(): void {
    if (this.#ended) return
    this.#ended = true
    for (const reader of this.#readers.splice(0)) reader({ done: true, value: undefined })
    this.#onEnd()
  }

  next(): Promise<IteratorResult<SessionEvent>> {
    const value = this.#waiting.shift()
    if (value !== undefined) return Promise.resolve({ done: false, value })
    if (this.#ended) return Promise.resolve({ done: true, value: undefined })
    return new Promise((resolve) => this.#readers.push(resolve))
  }

  async return(): Promise<IteratorResult<SessionEvent>> {
    this.#waiting.length = 0
    this.end()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }
}

import type { SessionEvent } from './session-event.ts'

/** A client that does not read falls so far behind, then its stream ends: it asks anew when it is back. */
const maxWaiting = 100

/** The events of one listener, in order, until somebody ends it. What has been pushed before the end is still read. */
export class SessionStream implements AsyncIterableIterator<SessionEvent> {
  readonly #waiting: SessionEvent[] = []
  readonly #readers: ((result: IteratorResult<SessionEvent>) => void)[] = []
  readonly #onEnd: () => void
  #ended = false

  /** @param onEnd called once, whoever ends it */
  constructor(onEnd: () => void) {
    this.#onEnd = onEnd
  }

  /** Whether somebody waits for the next event, as whoever reads does nearly always. */
  get isRead(): boolean {
    return this.#readers.length > 0
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

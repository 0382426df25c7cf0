import { setTimeout as sleep } from 'node:timers/promises'
import { patienceMs } from './eventually.ts'

// biome-ignore lint/suspicious/noExplicitAny: tests inspect data of any shape
type Answer = any

/** Reads a text/event-stream response as a client of graphql-sse does. */
export class EventStream {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #reading: Promise<void>
  readonly answers: Answer[] = []
  /** Number of comments received. Comments keep the connection alive. */
  pings = 0
  complete = false
  ended = false

  constructor(response: Response) {
    if (response.body === null) throw new Error('The response has no body.')
    this.#reader = response.body.getReader()
    this.#reading = this.#read()
  }

  /** Removes and returns the oldest answer; waits for one if there is none. @throws if none arrives in time */
  async next(withinMs = patienceMs): Promise<Answer> {
    const deadline = performance.now() + withinMs
    while (this.answers.length === 0) {
      if (this.ended) throw new Error('The stream has ended.')
      if (performance.now() > deadline) throw new Error(`No event arrived within ${withinMs} ms.`)
      await sleep(5)
    }
    return this.answers.shift()
  }

  /** Waits for the end of the stream. @throws if it does not end in time */
  async end(withinMs = patienceMs): Promise<void> {
    const late = sleep(withinMs).then(() => {
      throw new Error(`The stream did not end within ${withinMs} ms.`)
    })
    await Promise.race([this.#reading, late])
  }

  /** Disconnects, as a closed page does. */
  async close(): Promise<void> {
    await this.#reader.cancel()
  }

  async #read(): Promise<void> {
    let text = ''
    for (;;) {
      const { done, value } = await this.#reader.read().catch(() => ({ done: true, value: undefined }))
      if (done) break
      text += new TextDecoder().decode(value)
      const parts = text.split('\n\n')
      text = parts.pop() ?? ''
      for (const part of parts) this.#take(part)
    }
    this.ended = true
  }

  #take(part: string): void {
    const lines = part.split('\n')
    const field = (name: string) =>
      lines
        .find((line) => line.startsWith(`${name}:`))
        ?.slice(name.length + 1)
        .trim()
    if (lines.includes(':')) this.pings += 1
    if (field('event') === 'complete') this.complete = true
    if (field('event') === 'next') this.answers.push(JSON.parse(field('data') ?? ''))
  }
}

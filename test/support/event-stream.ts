import { setTimeout as sleep } from 'node:timers/promises'

// biome-ignore lint/suspicious/noExplicitAny: what a server answers is what the test is about
type Answer = any

/** What a server sends as text/event-stream, as a client of graphql-sse sees it. */
export class EventStream {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>
  readonly #reading: Promise<void>
  readonly answers: Answer[] = []
  /** Comments that came: they keep the connection. */
  pings = 0
  complete = false
  ended = false

  constructor(response: Response) {
    if (response.body === null) throw new Error('There is no stream.')
    this.#reader = response.body.getReader()
    this.#reading = this.#read()
  }

  /** The next answer that nobody has taken yet. @throws when none comes in time */
  async next(withinMs = 5000): Promise<Answer> {
    const deadline = performance.now() + withinMs
    while (this.answers.length === 0) {
      if (this.ended) throw new Error('The stream has ended.')
      if (performance.now() > deadline) throw new Error('Nothing came.')
      await sleep(5)
    }
    return this.answers.shift()
  }

  /** Waits for the end. @throws when it does not come in time */
  async end(withinMs = 5000): Promise<void> {
    const late = sleep(withinMs).then(() => {
      throw new Error('The stream goes on.')
    })
    await Promise.race([this.#reading, late])
  }

  /** Goes away, as a client does that closes its page. */
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

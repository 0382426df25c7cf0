import type { Answer } from './answer.ts'
import { isObject } from './json.ts'

/** The service sends something every second; a connection that is silent for this long is dead. */
const maxSilenceMs = 30_000

/**
 * The results of a subscription over Server-Sent Events (graphql-sse, distinct connections).
 * @throws TypeError if the response is not an event stream, or is silent for too long
 */
export async function* readAnswers(response: Response): AsyncGenerator<Answer> {
  const type = response.headers.get('content-type') ?? ''
  if (response.body === null || !type.includes('text/event-stream'))
    throw new TypeError('The response is not an event stream.')
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  try {
    for (;;) {
      const { done, value } = await withTimeout(reader.read())
      if (done) return
      const parts = (text + value).split('\n\n')
      text = parts.pop() ?? ''
      for (const part of parts) yield* answerIn(part)
    }
  } finally {
    reader.cancel().catch(() => undefined)
  }
}

function* answerIn(part: string): Generator<Answer> {
  const data = /^event: ?next$/m.test(part) ? /^data: ?(.*)$/m.exec(part)?.[1] : undefined
  const answer: unknown = data === undefined ? null : JSON.parse(data)
  if (isObject(answer)) yield answer
}

function withTimeout<T>(reading: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const timeout = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TypeError('The event stream is silent.')), maxSilenceMs)
  })
  return Promise.race([reading, timeout]).finally(() => clearTimeout(timer))
}

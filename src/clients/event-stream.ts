import type { Answer } from './answer.ts'
import { isObject } from './unavailable.ts'

/** The service sends something every second; a connection that is quiet for so long is dead. */
const quietMs = 30_000

/**
 * The answers of a subscription over Server-Sent Events (graphql-sse, distinct connections).
 * @throws when the response is no event stream, or is quiet for too long
 */
export async function* readAnswers(response: Response): AsyncGenerator<Answer> {
  const type = response.headers.get('content-type') ?? ''
  if (response.body === null || !type.includes('text/event-stream'))
    throw new TypeError('This is no event stream.')
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  try {
    for (;;) {
      const { done, value } = await inTime(reader.read())
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

function inTime<T>(reading: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new TypeError('The event stream is quiet.')), quietMs)
  })
  return Promise.race([reading, late]).finally(() => clearTimeout(timer))
}

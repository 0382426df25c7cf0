import type { ExecutionResult } from 'graphql'

/**
 * The results of a stream, each with masked errors. Not a generator: a generator that waits for the next result cannot be
 * ended before that result arrives, so that the stream would outlive its client.
 */
export function maskedStream(
  source: AsyncIterable<unknown>,
  mask: (result: unknown) => ExecutionResult,
): AsyncIterableIterator<ExecutionResult> {
  const iterator = source[Symbol.asyncIterator]()
  return {
    async next() {
      const { done, value } = await iterator.next()
      return done === true ? { done, value: undefined } : { done: false, value: mask(value) }
    },
    async return() {
      await iterator.return?.()
      return { done: true, value: undefined }
    },
    [Symbol.asyncIterator]() {
      return this
    },
  }
}

export function isStream(result: unknown): result is AsyncIterable<unknown> {
  return typeof result === 'object' && result !== null && Symbol.asyncIterator in result
}

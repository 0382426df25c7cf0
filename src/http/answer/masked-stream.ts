import type { ExecutionResult } from 'graphql'

/**
 * The results of a stream, each as a client may see it. No generator: one that waits for the next result cannot be
 * ended before that comes, and whoever goes away would be waited for.
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

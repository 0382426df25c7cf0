import { UnavailableError } from '../../../domain/refusals.ts'
import { isStream } from '../../answer/masked-stream.ts'
import type { HttpPlugin } from '../http-plugin.ts'

/** No operation is answered later than that; everything that it waits for has a shorter limit of its own. */
const defaultLimitMs = 8_000

/**
 * Answers UNAVAILABLE when an operation takes too long. What it has begun goes on: a mutation may still succeed, which
 * a retry finds out. Of a subscription only the beginning is limited; one that begins too late is ended.
 */
export function useTimeLimit(limitMs = defaultLimitMs): HttpPlugin {
  async function inTime<T>(answer: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new UnavailableError()), limitMs)
    })
    try {
      return await Promise.race([answer, late])
    } finally {
      clearTimeout(timer)
    }
  }
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn((args) => inTime(Promise.resolve(executeFn(args))))
    },
    onSubscribe({ subscribeFn, setSubscribeFn }) {
      setSubscribeFn(async (args) => {
        const begun = Promise.resolve(subscribeFn(args))
        return inTime(begun).catch((error) => {
          void begun.then(end, () => undefined)
          throw error
        })
      })
    },
  }
}

async function end(result: unknown): Promise<void> {
  if (isStream(result)) await result[Symbol.asyncIterator]().return?.()
}

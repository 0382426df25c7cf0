import { UnavailableError } from '../../../domain/refusals.ts'
import { withTimeLimit } from '../../../lib/time/time-limit.ts'
import { isStream } from '../../answer/masked-stream.ts'
import type { HttpPlugin } from '../http-plugin.ts'

/** Everything that an operation waits for has a shorter limit of its own. */
const defaultLimitMs = 8_000

/**
 * Responds UNAVAILABLE if an operation takes too long. Its work is not stopped: a mutation can still succeed, which a
 * retry detects. For a subscription only the start is limited; one that starts too late is ended.
 */
export function useTimeLimit(limitMs = defaultLimitMs): HttpPlugin {
  const limited = <T>(result: T | Promise<T>) =>
    withTimeLimit(Promise.resolve(result), limitMs, () => new UnavailableError())
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn((args) => limited(executeFn(args)))
    },
    onSubscribe({ subscribeFn, setSubscribeFn }) {
      setSubscribeFn(async (args) => {
        const started = Promise.resolve(subscribeFn(args))
        return limited(started).catch((error) => {
          void started.then(endStream, () => undefined)
          throw error
        })
      })
    },
  }
}

async function endStream(result: unknown): Promise<void> {
  if (isStream(result)) await result[Symbol.asyncIterator]().return?.()
}

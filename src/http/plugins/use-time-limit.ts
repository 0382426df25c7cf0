import { UnavailableError } from '../../domain/refusals.ts'
import type { HttpPlugin } from '../http-plugin.ts'

/** No operation is answered later than that; everything that it waits for has a shorter limit of its own. */
const defaultLimitMs = 8_000

/**
 * Answers UNAVAILABLE when an operation takes too long. What it has begun goes on: a mutation may still succeed, which
 * a retry finds out.
 */
export function useTimeLimit(limitMs = defaultLimitMs): HttpPlugin {
  return {
    onExecute({ executeFn, setExecuteFn }) {
      setExecuteFn(async (args) => {
        let timer: NodeJS.Timeout | undefined
        const late = new Promise<never>((_, reject) => {
          timer = setTimeout(() => reject(new UnavailableError()), limitMs)
        })
        try {
          return await Promise.race([executeFn(args), late])
        } finally {
          clearTimeout(timer)
        }
      })
    },
  }
}

import type { AuthClient } from './auth-client.ts'
import { type Call, replacesTokens } from './call.ts'
import { maxLockMs } from './tabs.ts'

/**
 * `runExclusive` for callers that have no promise of the response. Acquires the lock and returns the function that
 * releases it. Operations that need no lock continue at once; most do, and start no timer.
 */
export async function acquireLock(auth: AuthClient, call: Call): Promise<() => void> {
  if (!replacesTokens(call)) return () => undefined
  return new Promise((acquired) => {
    const holdUntilReleased = () =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, maxLockMs)
        acquired(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    void auth.runExclusive(call, holdUntilReleased)
  })
}

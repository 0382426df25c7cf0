import type { AuthClient } from './auth-client.ts'
import { type Call, changesCookies } from './call.ts'
import { maxTurnMs } from './tabs.ts'

/**
 * `alone` for whoever has no promise of the answer: begins the turn, and answers what ends it. Whatever needs none goes on
 * at once: most operations do, and start no timer.
 */
export async function takeTurn(auth: AuthClient, call: Call): Promise<() => void> {
  if (!changesCookies(call)) return () => undefined
  return new Promise((begin) => {
    const work = () =>
      new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, maxTurnMs)
        begin(() => {
          clearTimeout(timer)
          resolve()
        })
      })
    void auth.alone(call, work)
  })
}

import type { PasswordHasher } from '../../src/domain/passwords/password-hasher.ts'
import type { Infrastructure } from '../../src/infrastructure/infrastructure.ts'

type Work = () => Promise<unknown>

/**
 * Changes something between the check of a password and the use of its result, as a parallel request would.
 * Pass `infrastructure` to `createTestApp`.
 */
export class Interruption {
  #meanwhile: Work | null = null

  /** Sends a request. The work runs once, after the first comparison of a password that the request causes. */
  async during<T>(meanwhile: Work, request: () => Promise<T>): Promise<T> {
    this.#meanwhile = meanwhile
    const answer = await request()
    if (this.#meanwhile !== null) throw new Error('The request compared no password.')
    return answer
  }

  readonly infrastructure = (opened: Infrastructure): Infrastructure => {
    const { hasher } = opened
    const interrupted: PasswordHasher = {
      ...hasher,
      verify: async (password, stored, deadline) => {
        const matches = await hasher.verify(password, stored, deadline)
        await this.#interrupt()
        return matches
      },
    }
    return { ...opened, hasher: interrupted }
  }

  async #interrupt(): Promise<void> {
    const meanwhile = this.#meanwhile
    this.#meanwhile = null
    await meanwhile?.()
  }
}

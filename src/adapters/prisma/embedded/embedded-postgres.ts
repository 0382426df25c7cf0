import { setImmediate } from 'node:timers/promises'
import { PGlite, type Transaction } from '@electric-sql/pglite'

/** Closed, or about to be. */
const closedMessage = 'PGlite is closed'

/**
 * PGlite with two gaps closed. It remembers a failed COMMIT, which the driver adapter swallows and would report as
 * saved (there is one connection, so one failure at most); and it ends after the work that it has begun, which would
 * otherwise never be answered.
 */
export class EmbeddedPostgres extends PGlite {
  #failure: unknown = null
  #state: 'open' | 'draining' | 'closing' = 'open'

  override async transaction<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    try {
      return await super.transaction(work)
    } catch (error) {
      this.#failure = error
      throw error
    }
  }

  /** What the last transaction failed with, once; null = it did not. */
  takeFailure(): unknown {
    const failure = this.#failure
    this.#failure = null
    return failure
  }

  override async _checkReady(): Promise<void> {
    if (this.#state === 'draining') throw new Error(closedMessage)
    await super._checkReady()
  }

  override async close(): Promise<void> {
    if (this.#state !== 'open') throw new Error(closedMessage)
    this.#state = 'draining'
    await setImmediate()
    await this._runExclusiveTransaction(() =>
      this._runExclusiveQuery(() => {
        this.#state = 'closing'
        return super.close()
      }),
    )
  }
}

import { setImmediate } from 'node:timers/promises'
import { PGlite, type Transaction } from '@electric-sql/pglite'

const closedMessage = 'PGlite is closed'

/**
 * PGlite with two defects corrected. It stores the error of a failed COMMIT, because the driver adapter ignores it and
 * reports success; one slot is enough, since there is one connection. And `close` waits for queries that have begun,
 * which would otherwise never settle.
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

  /** Returns the error of the last transaction and clears it; null = it did not fail. */
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

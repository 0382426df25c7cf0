import { PGlite, type Transaction } from '@electric-sql/pglite'

/**
 * PGlite that remembers a failed COMMIT: the driver adapter swallows it, and would report as saved what is not.
 * There is one connection, so one failure at most.
 */
export class EmbeddedPostgres extends PGlite {
  #failure: unknown = null

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
}

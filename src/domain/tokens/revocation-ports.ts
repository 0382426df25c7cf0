import type { RevocableToken, Revocation } from './revocation.ts'

/** What a use case needs to make a committed revocation effective in every process. */
export interface RevocationPublisher {
  /** Call it after the commit: this process applies the revocations at once and publishes them to the others. */
  announce(revocations: readonly Revocation[]): void
  /**
   * Call it if the outcome of the commit is unknown: until the next good poll, the database is asked for each token.
   */
  markUncertain(): void
}

export interface RevocationLookup {
  /** @throws what the store throws, if it had to be asked and is unavailable */
  isRevoked(token: RevocableToken): Promise<boolean>
}

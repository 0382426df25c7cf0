import type { AccessHolder, RevocableToken, Revocation, TenantHolder } from './revocation.ts'

/** Port that makes a committed revocation effective in every process. */
export interface RevocationPublisher {
  /** Call it after the commit: this process applies the revocations at once and publishes them to the others. */
  announce(revocations: readonly Revocation[]): void
  /**
   * Call it if the outcome of the commit is unknown: until the next successful poll, each token is checked in the
   * database.
   */
  markUncertain(): void
}

/** Port that checks whether a token was revoked. */
export interface RevocationLookup {
  /** Whether the token was revoked. @throws the error of the store if it has to be queried and fails */
  isRevoked(token: RevocableToken): Promise<boolean>
}

/** Port for those who follow revocations as this process learns them, such as streams of session events. */
export interface RevocationMonitor extends RevocationLookup {
  /** Whether the last successful poll is too old, so that revocations may have been missed. */
  readonly isCutOff: boolean
  /** Calls the listener once with each revocation, when this process learns of it. The listener must not throw. */
  listen(listener: (revocations: readonly Revocation[]) => void): void
  /** Whether the session itself was revoked recently. Revocations of its user are not considered. */
  knowsSession(sessionId: string): boolean
  /** Whether a role of the holder, or one of its permissions, has changed since the holder's roles were read. */
  knowsAccess(holder: AccessHolder): boolean
  /** Whether the token was issued before the last deactivation or reactivation of its tenant. */
  knowsTenant(holder: TenantHolder): boolean
  /**
   * The lowest accepted token version of a user: tokens and cached data of older versions are outdated. 0 if none is
   * revoked.
   */
  minimumTokenVersion(userId: string): number
}

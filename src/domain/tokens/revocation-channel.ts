import type { Revocation } from './revocation.ts'

/**
 * Port that publishes revocations to the other processes, which would otherwise read them from the database within a
 * second. Messages can get lost, so correctness must not depend on them.
 */
export interface RevocationChannel {
  /** Never throws and never waits for the network. */
  publish(revocations: readonly Revocation[]): void
  /**
   * Calls the listener with every message, including those of this process. Resolves once messages can arrive, or if
   * the medium is down.
   */
  subscribe(listener: (revocations: readonly Revocation[]) => void): Promise<void>
}

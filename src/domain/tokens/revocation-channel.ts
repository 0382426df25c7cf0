import type { Revocation } from './revocation.ts'

/**
 * Tells the other processes at once what they would learn from the database within a second. Volatile: a message may
 * get lost, so nobody relies on it. `publish` never throws and never waits for the network.
 */
export interface RevocationChannel {
  publish(revocations: readonly Revocation[]): void
  /** Every message, one's own included. Resolves once messages can arrive, or when the medium is not there now. */
  subscribe(listener: (revocations: readonly Revocation[]) => void): Promise<void>
}

import type { SessionStarted } from './session-event.ts'

/**
 * Tells every process of new sessions, for those who listen. Volatile: a message may get lost. `publish` never throws
 * and never waits for the network.
 */
export interface SessionChannel {
  publish(started: SessionStarted): void
  /** Every message, one's own included. Resolves once messages can arrive, or when the medium is not there now. */
  subscribe(listener: (started: SessionStarted) => void): Promise<void>
}

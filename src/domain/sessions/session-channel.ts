import type { SessionStarted } from './session-event.ts'

/** Port that publishes new sessions to all processes, for streams of session events. Messages can get lost. */
export interface SessionChannel {
  /** Never throws and never waits for the network. */
  publish(started: SessionStarted): void
  /**
   * Calls the listener with every message, including those of this process. Resolves once messages can arrive, or if
   * the medium is down.
   */
  subscribe(listener: (started: SessionStarted) => void): Promise<void>
}

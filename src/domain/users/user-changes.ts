/**
 * Port that reports users whose row or factors have changed to all processes, so that none keeps an old copy. Messages
 * can get lost, so a copy must expire by itself.
 */
export interface UserChanges {
  /**
   * The number of the present connection on which messages arrive; null if there is none. A copy of an earlier
   * connection may have missed a message.
   */
  readonly connection: number | null
  /** Calls the listeners of this process at once, and publishes to the others. Never throws and never waits. */
  announce(userIds: readonly string[]): void
  /** Adds a listener for the changes of all processes. It must not throw. */
  listen(listener: (userIds: readonly string[]) => void): void
  /** Begins to receive messages. Resolves when they can arrive, or if the medium is unavailable now. */
  start(): Promise<void>
}

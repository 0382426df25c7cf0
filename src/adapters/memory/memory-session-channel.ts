import type { SessionChannel } from '../../domain/sessions/session-channel.ts'
import type { SessionStarted } from '../../domain/sessions/session-event.ts'

type Listener = (started: SessionStarted) => void

/** Delivers within one process. */
export class MemorySessionChannel implements SessionChannel {
  readonly #listeners = new Set<Listener>()

  publish(started: SessionStarted): void {
    for (const listener of this.#listeners) listener(started)
  }

  async subscribe(listener: Listener): Promise<void> {
    this.#listeners.add(listener)
  }
}

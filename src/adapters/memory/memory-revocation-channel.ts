import type { Revocation } from '../../domain/tokens/revocation.ts'
import type { RevocationChannel } from '../../domain/tokens/revocation-channel.ts'

type Listener = (revocations: readonly Revocation[]) => void

/** Delivers within one process. */
export class MemoryRevocationChannel implements RevocationChannel {
  readonly #listeners = new Set<Listener>()

  publish(revocations: readonly Revocation[]): void {
    for (const listener of this.#listeners) listener(revocations)
  }

  async subscribe(listener: Listener): Promise<void> {
    this.#listeners.add(listener)
  }
}

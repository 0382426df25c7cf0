import type { Clock } from '../../lib/clock.ts'

/** Locks that Redis has told this process of, to be honoured while Redis is away. */
export class LearntLocks {
  readonly #clock: Pick<Clock, 'now'>
  readonly #maxLocks: number
  readonly #unlocksAt = new Map<string, Date>()

  constructor(deps: { clock: Pick<Clock, 'now'>; maxLocks: number }) {
    this.#clock = deps.clock
    this.#maxLocks = deps.maxLocks
  }

  /** What Redis says of a key now; null: it is not locked. Beyond the limit nothing more is learnt: nothing is forgotten either. */
  learn(key: string, unlocksAt: Date | null): void {
    if (unlocksAt === null) {
      this.#unlocksAt.delete(key)
      return
    }
    if (this.#unlocksAt.size >= this.#maxLocks) this.#sweep()
    if (this.#unlocksAt.size < this.#maxLocks) this.#unlocksAt.set(key, unlocksAt)
  }

  /** Until when the key is locked; null when it is not. */
  find(key: string): Date | null {
    const unlocksAt = this.#unlocksAt.get(key) ?? null
    return unlocksAt !== null && unlocksAt > this.#clock.now() ? unlocksAt : null
  }

  #sweep(): void {
    const now = this.#clock.now()
    for (const [key, unlocksAt] of this.#unlocksAt) if (unlocksAt <= now) this.#unlocksAt.delete(key)
  }
}

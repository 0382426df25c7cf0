import type { Clock } from '../../lib/time/clock.ts'

/** Locks that Redis reported to this process; they apply while Redis is unavailable. */
export class LearntLocks {
  readonly #clock: Pick<Clock, 'now'>
  readonly #maxLocks: number
  readonly #unlocksAt = new Map<string, Date>()

  constructor(deps: { clock: Pick<Clock, 'now'>; maxLocks: number }) {
    this.#clock = deps.clock
    this.#maxLocks = deps.maxLocks
  }

  /** Stores what Redis reports for a key; null = not locked. At the limit no lock is added, and none is dropped. */
  learn(key: string, unlocksAt: Date | null): void {
    if (unlocksAt === null) {
      this.#unlocksAt.delete(key)
      return
    }
    if (this.#unlocksAt.size >= this.#maxLocks) this.#sweep()
    if (this.#unlocksAt.size < this.#maxLocks) this.#unlocksAt.set(key, unlocksAt)
  }

  /** When the lock of the key ends; null = not locked. */
  find(key: string): Date | null {
    const unlocksAt = this.#unlocksAt.get(key) ?? null
    return unlocksAt !== null && unlocksAt > this.#clock.now() ? unlocksAt : null
  }

  #sweep(): void {
    const now = this.#clock.now()
    for (const [key, unlocksAt] of this.#unlocksAt) if (unlocksAt <= now) this.#unlocksAt.delete(key)
  }
}

import type { Attempt, AttemptStore } from '../../domain/attempts/attempt-store.ts'

/** Maximum number of changes that are remembered. Redis forgets an attempt without a result by itself. */
const maxOwed = 10_000

/** Changes of attempts that could not be made in Redis, to be made when it responds again. */
export class OwedChanges {
  /** By key. A clear includes every release of its key. */
  readonly #owed = new Map<string, { clear: boolean; readonly releases: Set<string> }>()

  clear(key: string): void {
    const owed = this.#of(key)
    if (owed !== null) owed.clear = true
  }

  release({ key, attempt }: Attempt): void {
    this.#of(key)?.releases.add(attempt)
  }

  /** Makes the changes of a key. If that fails, they are owed again. @throws the error of the store */
  async settle(key: string, shared: AttemptStore): Promise<void> {
    const owed = this.#owed.get(key)
    if (owed === undefined) return
    this.#owed.delete(key)
    try {
      if (owed.clear) await shared.clear(key)
      else await Promise.all([...owed.releases].map((attempt) => shared.release({ key, attempt })))
    } catch (error) {
      if (owed.clear) this.clear(key)
      for (const attempt of owed.releases) this.release({ key, attempt })
      throw error
    }
  }

  /** Changes that fail are made at the next reservation of their key. Never throws. */
  settleAll(shared: AttemptStore): void {
    for (const key of [...this.#owed.keys()]) this.settle(key, shared).catch(() => undefined)
  }

  /** Null if there is no room for another change. */
  #of(key: string) {
    const known = this.#owed.get(key)
    if (known !== undefined && known.releases.size < maxOwed) return known
    if (known !== undefined || this.#owed.size >= maxOwed) return null
    const owed = { clear: false, releases: new Set<string>() }
    this.#owed.set(key, owed)
    return owed
  }
}

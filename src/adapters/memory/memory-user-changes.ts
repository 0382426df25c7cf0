import type { UserChanges } from '../../domain/users/user-changes.ts'

/** Changes of users within this process. Several processes require Redis. */
export class MemoryUserChanges implements UserChanges {
  readonly connection = 1
  readonly #listeners = new Set<(userIds: readonly string[]) => void>()

  announce(userIds: readonly string[]): void {
    for (const listener of this.#listeners) listener(userIds)
  }

  listen(listener: (userIds: readonly string[]) => void): void {
    this.#listeners.add(listener)
  }

  async start(): Promise<void> {}
}

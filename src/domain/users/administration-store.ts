import type { User, UserRole } from './user.ts'

export interface AdministratorsLock {
  /** Null: until an administrator unlocks. */
  readonly until: Date | null
  readonly reason: string
}

/**
 * What administrators change about accounts; inside of a transaction that has locked them. What takes rights away or
 * changes them raises the token version. Null when the account is gone.
 */
export interface AdministrationStore {
  /**
   * The accounts as they are now, deactivated and locked ones too; their rows are locked until the transaction ends,
   * always in the same order. Unknown ids are absent.
   */
  lockAll(userIds: readonly string[]): Promise<readonly User[]>
  setRole(userId: string, role: UserRole, now: Date): Promise<User | null>
  /** Reactivating leaves the token version as it is. */
  setActive(userId: string, active: boolean, now: Date): Promise<User | null>
  /** A further lock replaces the one before. */
  lock(userId: string, lock: AdministratorsLock, now: Date): Promise<User | null>
  /** Leaves the token version as it is. */
  unlock(userId: string, now: Date): Promise<User | null>
  /** For what ends every session: refuses the sign-ins that are under way, too. */
  raiseTokenVersion(userId: string, now: Date): Promise<User | null>
}

import type { FactorChange } from './factor-change.ts'

/** Changes factors of every kind, inside a transaction that has locked the account. */
export interface FactorChangeStore {
  /**
   * Takes a change back. A factor that was added is removed for good, and the one that it replaced is in use again, unless
   * a later change has replaced the added one: taking that one back restores the earlier one then. A factor that was
   * removed is in use again; an authenticator app replaces the present one, since an account has at most one. Other
   * factors stay. False if there was nothing to change.
   */
  takeBack(userId: string, change: FactorChange, now: Date): Promise<boolean>
  /**
   * Removes every authenticator app, passkey and recovery code. The rows of apps and passkeys are kept for a while. Returns
   * the number of apps and passkeys that were in use.
   */
  removeAll(userId: string, now: Date): Promise<number>
  /** Deletes up to `limit` apps and passkeys that were removed before that time. Returns the number of deleted rows. */
  purgeRemoved(removedBefore: Date, limit: number): Promise<number>
}

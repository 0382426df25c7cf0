import type { StoredPassword } from './password.ts'

/** A user whose password expires soon. */
export interface AgeingPassword {
  readonly userId: string
  readonly email: string
  readonly emailVerifiedAt: Date | null
  readonly firstName: string | null
  readonly changedAt: Date
}

/** Present and former passwords of users. */
export interface PasswordHistoryStore {
  /** The present password and former ones, newest first, at most `limit` together. One statement. */
  listRecent(userId: string, limit: number): Promise<readonly StoredPassword[]>
  /** Removes former passwords except the newest `keep`. */
  prune(userId: string, keep: number): Promise<void>
  /**
   * Claims up to `limit` active users of the tenant who chose their password within the range and were not reminded
   * yet, and marks them as reminded. Concurrent processes get different users.
   */
  claimAgeing(
    tenantId: string,
    changed: { readonly after: Date; readonly until: Date },
    now: Date,
    limit: number,
  ): Promise<readonly AgeingPassword[]>
}

import type { StoredPassword } from './password.ts'

/** A user whose password expires soon. */
export interface AgeingPassword {
  readonly userId: string
  readonly email: string
  readonly emailVerifiedAt: Date | null
  readonly firstName: string | null
  readonly changedAt: Date
  /** When an administrator requires another password; null: as the rules say. */
  readonly expiresAt: Date | null
}

export interface TimeRange {
  readonly after: Date
  readonly until: Date
}

/** Present and former passwords of users. */
export interface PasswordHistoryStore {
  /** The present password and former ones, newest first, at most `limit` together. One statement. */
  listRecent(userId: string, limit: number): Promise<readonly StoredPassword[]>
  /** Removes former passwords except the newest `keep`. */
  prune(userId: string, keep: number): Promise<void>
  /**
   * Claims up to `limit` active users of the tenant who chose their password within the range `changed`, or whose password
   * an administrator lets expire within the range `expiring`, and who were not reminded yet. Marks them as reminded.
   * Ranges exclude `after` and include `until`; null matches no user. Concurrent processes get different users.
   */
  claimAgeing(
    tenantId: string,
    ranges: { readonly changed: TimeRange | null; readonly expiring: TimeRange },
    now: Date,
    limit: number,
  ): Promise<readonly AgeingPassword[]>
}

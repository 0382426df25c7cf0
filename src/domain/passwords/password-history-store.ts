import type { StoredPassword } from './password.ts'

/** Somebody whose password is about to be too old. */
export interface AgeingPassword {
  readonly userId: string
  readonly email: string
  readonly firstName: string | null
  readonly changedAt: Date
}

/** The passwords that users have and had. */
export interface PasswordHistoryStore {
  /** The present password and the ones before it, newest first, at most `limit` together; one statement. */
  listRecent(userId: string, limit: number): Promise<readonly StoredPassword[]>
  /** Forgets earlier passwords beyond the newest `keep`. */
  prune(userId: string, keep: number): Promise<void>
  /**
   * Takes up to `limit` active users of the tenant who chose their password in the span and were not reminded of it
   * yet, and notes that they were; of several processes at once each gets others.
   */
  claimAgeing(
    tenantId: string,
    changed: { readonly after: Date; readonly until: Date },
    now: Date,
    limit: number,
  ): Promise<readonly AgeingPassword[]>
}

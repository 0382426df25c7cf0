import type { RevocableToken, Revocation } from './revocation.ts'

/** Where a revocation stands in the order in which they were written down. */
export interface FeedPosition {
  readonly recordedAt: Date
  readonly id: string
}

/** The truth about what has been revoked. */
export interface RevocationStore {
  /** Remembers a revocation; the ones of sessions are written by the statement that ends the session. */
  insert(revocation: Revocation, recordedAt: Date): Promise<void>
  /** What was recorded at or after that time and has not expired, what expires first first. */
  listSince(recordedAt: Date | null, now: Date): Promise<readonly Revocation[]>
  /** Revocations of access tokens after that position that have not expired, in order, at most so many. */
  listPage(
    after: FeedPosition | null,
    now: Date,
    limit: number,
  ): Promise<readonly { readonly position: FeedPosition; readonly revocation: Revocation }[]>
  /** Asks for one token, when the process's own list may be behind. True also when the session or account has ended. */
  isRevoked(token: RevocableToken, now: Date): Promise<boolean>
  /** Removes up to so many revocations that were over before that; answers how many. */
  purge(expiredBefore: Date, limit: number): Promise<number>
}

import type { RevocableToken, Revocation } from './revocation.ts'

/** Where a revocation stands in the order in which they were written down. */
export interface FeedPosition {
  readonly recordedAt: Date
  readonly id: string
}

export interface RecordedRevocation {
  readonly position: FeedPosition
  readonly revocation: Revocation
}

/** Before everything that was recorded at that time: ids are random, and none is so low. */
export function positionBefore(recordedAt: Date): FeedPosition {
  return { recordedAt, id: '00000000-0000-0000-0000-000000000000' }
}

/** The truth about what has been revoked. */
export interface RevocationStore {
  /** Remembers a revocation; the ones of sessions are written by the statement that ends the session. */
  insert(revocation: Revocation, recordedAt: Date): Promise<void>
  /** Revocations after that position that have not expired, in order, at most so many. */
  listPage(after: FeedPosition | null, now: Date, limit: number): Promise<readonly RecordedRevocation[]>
  /** Asks for one token, when the process's own list may be behind. True also when the session or account has ended. */
  isRevoked(token: RevocableToken, now: Date): Promise<boolean>
  /** Removes up to so many revocations that were over before that; answers how many. */
  purge(expiredBefore: Date, limit: number): Promise<number>
}

import type { PhoneCode } from './phone-code.ts'

/** A code that the caller may compare once. */
export interface PhoneCodeTry {
  readonly id: string
  readonly digest: Uint8Array
  /** Number of tries that are left after this one. */
  readonly triesLeft: number
}

/** Keeps at most one code for each user. */
export interface PhoneCodeStore {
  /** Stores a code. Replaces an earlier code of the user and its tries. */
  replace(code: PhoneCode): Promise<void>
  /**
   * Takes one try of the user's live code, in one statement and before the comparison: parallel calls never get more
   * tries than the maximum. Null if the user has no code, it has expired, or all tries were taken.
   */
  takeTry(userId: string, now: Date): Promise<PhoneCodeTry | null>
  /** Removes a live code, in one statement: of parallel calls exactly one returns true. */
  consume(id: string, userId: string, now: Date): Promise<boolean>
  /** Whether this code of the user can still be used: a newer code, another number and a verification end it. */
  isLive(id: string, userId: string, now: Date): Promise<boolean>
  /** Removes the code of the user, if there is one. */
  remove(userId: string): Promise<void>
  /** Removes up to `limit` codes that expired before that time. Returns the number of removed codes. */
  purge(expiredBefore: Date, limit: number): Promise<number>
}

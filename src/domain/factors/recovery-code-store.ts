import type { StoredRecoveryCode } from './recovery-code.ts'

/** Stores recovery codes of second factors. */
export interface RecoveryCodeStore {
  /** Replaces all codes of a user, in one statement. */
  replaceAll(userId: string, codes: readonly StoredRecoveryCode[]): Promise<void>
  /** The unused code with that number; null if there is none. */
  findUnused(userId: string, number: number): Promise<StoredRecoveryCode | null>
  /**
   * Marks a code as used, if it is unused and still has that hash. Of parallel calls exactly one returns true.
   */
  consume(userId: string, code: StoredRecoveryCode, now: Date): Promise<boolean>
  countUnused(userId: string): Promise<number>
  /** Removes all codes of a user. */
  removeAll(userId: string): Promise<void>
}

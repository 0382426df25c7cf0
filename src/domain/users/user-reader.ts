import type { User } from './user.ts'

/** Reads users by id outside of transactions: the port behind every field that returns a user. */
export interface UserReader {
  /** Finds all users in one statement, in no particular order. Unknown ids are absent. */
  findByIds(ids: readonly string[]): Promise<readonly User[]>
}

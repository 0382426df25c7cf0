import type { StoredPassword } from './password.ts'

/**
 * Port to the password hash function, which is slow on purpose. The number of parallel operations is limited.
 * @throws UnavailableError from `hash` and `verify` if the queue is full, or the wait exceeds its bound
 */
export interface PasswordHasher {
  hash(password: string): Promise<Pick<StoredPassword, 'hash' | 'pepperId'>>
  /** False for null, after the same work, so that the response time does not reveal whether an account exists. */
  verify(password: string, stored: StoredPassword | null): Promise<boolean>
  /** Whether the hash was computed with other parameters, or another pepper, than the present ones. */
  needsRehash(stored: StoredPassword): boolean
}

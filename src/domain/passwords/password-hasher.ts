import type { StoredPassword } from './password.ts'

/**
 * Hashes and compares passwords; slow on purpose, bounded in number. Every method throws UnavailableError when the
 * queue before the hasher is full or too slow.
 */
export interface PasswordHasher {
  hash(password: string): Promise<Pick<StoredPassword, 'hash' | 'pepperId'>>
  /** False for null too, after the same work: nobody learns from the time whether an account exists. */
  verify(password: string, stored: StoredPassword | null): Promise<boolean>
  /** Whether the hash was made with other parameters, or another pepper, than the present ones. */
  needsRehash(stored: StoredPassword): boolean
}

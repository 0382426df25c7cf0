import type { Deadline } from '../../lib/time/deadline.ts'
import type { StoredPassword } from './password.ts'

export interface HashLoad {
  readonly running: number
  readonly waiting: number
}

/**
 * Port to the password hash function, which is slow on purpose. The number of parallel operations is limited.
 * @throws UnavailableError from `hash` and `verify` if the queue is full, or the wait exceeds the deadline; by default
 * each operation has a deadline of its own
 */
export interface PasswordHasher {
  /** The implementation and how many hashes it computes at a time, for the log. */
  readonly description: string
  /** How many hashes are computed, and how many wait for their turn. */
  readonly load: HashLoad
  /** Hashes the normalised password (NFC). */
  hash(password: string, deadline?: Deadline): Promise<Pick<StoredPassword, 'hash' | 'pepperId'>>
  /**
   * Compares the normalised password (NFC) and, if that differs, the password as it was typed: imported hashes can be those
   * of a decomposed text. False for null, after the same work, so that the response time does not reveal
   * whether an account exists.
   */
  verify(password: string, stored: StoredPassword | null, deadline?: Deadline): Promise<boolean>
  /** Whether the hash was computed with other parameters, or another pepper, than the present ones. */
  needsRehash(stored: StoredPassword): boolean
  /**
   * Counts a request that will hash a password, before anything else is done for it. Returns what to call when the request
   * ends; null if it would wait for longer than HASH_QUEUE_SECONDS, or the queue is full. Never waits. Requests that were not
   * counted can hash, too.
   */
  admit(): (() => void) | null
  /** Whether `admit` would admit a request now. */
  readonly hasRoom: boolean
  /** The end of all waiting of a request that begins now (HASH_QUEUE_SECONDS). */
  newDeadline(): Deadline
}

import type { StorePage } from '../../lib/collections/store-page.ts'
import type { SecondStepFactors } from '../factors/factor-summary.ts'
import type { StoredPassword } from '../passwords/password.ts'
import type { User, UserRole } from './user.ts'

/** An account with everything that a login needs. */
export interface LoginCandidate {
  readonly user: User
  /** Null for an account without a password. */
  readonly password: StoredPassword | null
  /** When an administrator requires another password; null: as the rules say. */
  readonly passwordExpiresAt: Date | null
  /** Device tokens of an earlier epoch are void. */
  readonly deviceEpoch: number
  /** The version of `factors`: a change of them raises it. */
  readonly factorVersion: number
  /** What decides whether the sign-in requires a second step. */
  readonly factors: SecondStepFactors
}

/** Selects users of one tenant. A criterion of null matches every user. */
export interface UserQuery {
  readonly tenantId: string
  /** The beginning of the normalised e-mail address, or of the key of the username. */
  readonly prefix: string | null
  readonly role: UserRole | null
  /** Name of a role of the application that the users have. No user has a role that does not exist. */
  readonly accessRole: string | null
  readonly active: boolean | null
  /** Whether an administrator's lock is in effect. */
  readonly locked: boolean | null
  readonly emailVerified: boolean | null
}

/**
 * Reads users. It never locks or writes a row, so it can be used inside and outside of a transaction. Writes are in
 * AccountStore, and in AdministrationStore if only an administrator may make them.
 */
export interface UserStore {
  /**
   * The account of a normalised e-mail address or of the key of a username, with its password; one statement. Null if
   * the tenant or the account does not exist, or the tenant is deactivated.
   */
  findForLogin(
    tenantSlug: string,
    identifier: { email: string } | { usernameKey: string },
  ): Promise<LoginCandidate | null>
  /** The same for the id of an account. Null if it does not exist, or its tenant is deactivated. */
  findCandidate(userId: string): Promise<LoginCandidate | null>
  /** The account of a normalised e-mail address. */
  findByEmail(tenantId: string, email: string): Promise<User | null>
  findById(id: string): Promise<User | null>
  /** Finds all users in one statement, in no particular order. Unknown ids are absent. */
  findByIds(ids: readonly string[]): Promise<readonly User[]>
  /** The current password of a user; null if there is none. */
  findPassword(userId: string): Promise<StoredPassword | null>
  /** Whether a user of the tenant has the username. */
  isUsernameTaken(tenantId: string, usernameKey: string): Promise<boolean>
  /** Whether the user could have the address: no account has it, and it is not reserved for another user. */
  isEmailFree(user: Pick<User, 'id' | 'tenantId'>, email: string, now: Date): Promise<boolean>
  /** One page of the users that match. */
  list(query: UserQuery, page: StorePage, now: Date): Promise<readonly User[]>
  /** Number of users that match, at most `max`: counting stops there. */
  count(query: UserQuery, max: number, now: Date): Promise<number>
}

import type { StoredPassword } from '../passwords/password.ts'
import type { Tenant } from '../tenants/tenant.ts'
import type { User, UserRole } from './user.ts'

export interface NewUser {
  readonly id: string
  readonly tenantId: string
  readonly email: string
  readonly emailVerifiedAt: Date | null
  readonly username: string | null
  /** Wished for, and claimed once the address is verified. */
  readonly pendingUsername: string | null
  readonly firstName: string | null
  readonly lastName: string | null
  readonly phoneNumber: string | null
  readonly role: UserRole
  readonly createdAt: Date
}

/** What a login needs to know of an account; found by one statement. */
export interface LoginCandidate {
  readonly user: User
  /** Null for an account without a password. */
  readonly password: StoredPassword | null
  /** Whose rules its password follows. */
  readonly tenant: Pick<Tenant, 'slug' | 'passwordPolicy'>
  /** Device tokens of an earlier epoch are void. */
  readonly deviceEpoch: number
}

/** What a new password leaves: tokens of an older version and devices of an earlier epoch are refused. */
export interface ChangedAccount {
  readonly tokenVersion: number
  readonly deviceEpoch: number
}

export interface UserStore {
  /**
   * Inside a transaction: inserts the user and its password, if it has one. Throws EmailTakenProblem, for a reserved address too, or UsernameTakenProblem;
   * the database's own unique keys decide.
   */
  insert(user: NewUser, password: StoredPassword | null): Promise<User>
  /** The account of a normalised e-mail address or of a username's key, with its password; one statement. Null for an unknown tenant, too. */
  findForLogin(
    tenantSlug: string,
    identifier: { email: string } | { usernameKey: string },
  ): Promise<LoginCandidate | null>
  /** The account of a normalised address. */
  findByEmail(tenantId: string, email: string): Promise<User | null>
  findById(id: string): Promise<User | null>
  /** One statement for all; the order of the answer is not that of the ids, unknown ids are absent. */
  findByIds(ids: readonly string[]): Promise<readonly User[]>
  /** The user's password, or null when there is none. */
  findPassword(userId: string): Promise<StoredPassword | null>
  /**
   * Sets a new password and raises the token version and the device epoch, if the account still has the token version
   * that the caller saw (null: whatever it is): whoever knew the old password has devices that are trusted. The old hash
   * goes into the history. Null when somebody was faster. `audit` rows are the caller's own business.
   */
  changePassword(change: {
    userId: string
    seenTokenVersion: number | null
    password: StoredPassword
    historyId: string
  }): Promise<ChangedAccount | null>
  /** Replaces the hash of the same password (rehash at login); nothing when the hash has changed meanwhile. */
  rehashPassword(userId: string, seenHash: string, password: StoredPassword): Promise<void>
}

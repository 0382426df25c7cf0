import type { JsonObject } from '../../lib/text/json.ts'
import type { StoredPassword } from '../passwords/password.ts'
import type { User, UserRole } from './user.ts'

export interface NewUser {
  readonly id: string
  readonly tenantId: string
  readonly email: string
  readonly emailVerifiedAt: Date | null
  readonly username: string | null
  readonly firstName: string | null
  readonly lastName: string | null
  readonly phoneNumber: string | null
  /** Canonical BCP 47 tag. */
  readonly locale: string | null
  readonly role: UserRole
  /** Names of roles of the application, of the installation or of the tenant. Names that no role has any more are left out. */
  readonly accessRoles: readonly string[]
  /** Data of the application about the user. */
  readonly metadata: JsonObject
  readonly createdAt: Date
}

/** Changes of a profile by its owner: an absent field is kept, null clears it. */
export interface ProfileChange {
  readonly username?: string | null
  readonly firstName?: string | null
  readonly lastName?: string | null
  /** E.164. A changed number is not verified any more. */
  readonly phoneNumber?: string | null
  /** Canonical BCP 47 tag. */
  readonly locale?: string | null
  readonly preferences?: JsonObject
}

/**
 * The account after a change of its password: tokens of an older version and devices of an earlier epoch are refused.
 */
export interface ChangedAccount {
  readonly tokenVersion: number
  readonly deviceEpoch: number
}

/**
 * Writes accounts: what their owner, a mailed link or the service itself changes. Changes that only an administrator
 * may make are in AdministrationStore, reads are in UserStore.
 */
export interface AccountStore {
  /**
   * Inserts the user and, unless it is null, the password, inside a transaction. The unique keys of the database decide.
   * @throws EmailTakenProblem, also if the address is reserved for another user; UsernameTakenProblem
   */
  insert(user: NewUser, password: StoredPassword | null): Promise<User>
  /**
   * Locks the row of an account until the transaction ends, and returns the account. Changes to an account, its
   * tokens or all of its sessions lock the row first, so that two such changes run one after the other. Null if the
   * account does not exist, it or its tenant is deactivated, or its token version is not `seenTokenVersion` (null: any version).
   */
  lock(userId: string, seenTokenVersion: number | null): Promise<User | null>
  /**
   * Removes the password of an account that was never verified and never signed in to, because its author is unknown.
   * Does so only if `contested` is set, or if an earlier version has recorded that several clients registered the
   * address. Returns whether a password was removed.
   */
  removeUnprovenPassword(userId: string, contested: boolean): Promise<boolean>
  /**
   * Verifies the address and claims the requested username if it is still free. Null if the account does not exist.
   * @throws UsernameTakenProblem if another user claims the name at the same moment; try again
   */
  verifyEmail(userId: string, now: Date): Promise<User | null>
  /**
   * Sets another, verified address. Null if the account does not exist.
   * @throws EmailTakenProblem if the address has an account or is reserved for another user
   */
  changeEmail(change: { userId: string; email: string; now: Date }): Promise<User | null>
  /**
   * Sets a new password, raises the token version and the device epoch, and moves the old hash into the history. The
   * device epoch is raised because anyone who knew the old password may own trusted devices. Null, and nothing
   * changes, if the account is deactivated or its token version is not `seenTokenVersion` (null: any version). The
   * caller writes the audit event.
   */
  changePassword(change: {
    userId: string
    seenTokenVersion: number | null
    password: StoredPassword
    historyId: string
  }): Promise<ChangedAccount | null>
  /**
   * Replaces the hash of an unchanged password (rehash at login). Does nothing if the hash is not `seenHash` any
   * more.
   */
  rehashPassword(userId: string, seenHash: string, password: StoredPassword): Promise<void>
  /** Removes the password. The account has none until a reset sets one. */
  removePassword(userId: string): Promise<void>
  /**
   * Raises the token version, which refuses all earlier access tokens. Returns the new version; null if the account
   * does not exist.
   */
  raiseTokenVersion(userId: string, now: Date): Promise<number | null>
  /** Ends sign-ins that have seen the earlier factors of the account. Call it with every change that can require a second step. */
  raiseFactorVersion(userId: string): Promise<void>
  /** Voids every device token of the account. */
  distrustDevices(userId: string): Promise<void>
  /** Forgets failed attempts on the account and the locks that they caused, in every store that counts them. */
  forgetAttempts(userId: string): Promise<void>
  /** Stores whether a password sign-in requires a second step although passkeys are the only factors. */
  setSecondStep(userId: string, required: boolean, now: Date): Promise<void>
  /** Stores until when the account may sign in without the second factor that the policy requires; null: no such deadline. */
  setEnrolBy(userId: string, enrolBy: Date | null): Promise<void>
  /** Records that the user has the present phone number. Null if the account does not exist. */
  verifyPhone(userId: string, now: Date): Promise<User | null>
  /** Null if the account does not exist. @throws UsernameTakenProblem */
  updateProfile(userId: string, change: ProfileChange, now: Date): Promise<User | null>
  /**
   * Removes the account with everything that belongs to it, and the personal data in its audit events and mails.
   * False if the account does not exist.
   */
  remove(userId: string): Promise<boolean>
  /** Removes an account whose address was never verified. False if it was verified, or the account does not exist. */
  removeUnverified(userId: string): Promise<boolean>
}

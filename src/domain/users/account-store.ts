import type { JsonObject } from '../../lib/json.ts'
import type { StoredPassword } from '../passwords/password.ts'
import type { PendingRegistration } from './pending-registration.ts'
import type { User } from './user.ts'
import type { NewUser } from './user-store.ts'

/** What a user changes about himself: absent stays, null clears. */
export interface ProfileChange {
  readonly username?: string | null
  readonly firstName?: string | null
  readonly lastName?: string | null
  /** E.164. A changed number is not verified any more. */
  readonly phoneNumber?: string | null
  readonly preferences?: JsonObject
}

/** Changes of accounts after they were made. */
export interface AccountStore {
  /**
   * The account as it is now, its row locked until the transaction ends: whoever changes an account, its tokens or all
   * its sessions does this first, so that two such changes wait for each other instead of crossing. Null when it is
   * gone or deactivated, or when its token version is not the one that the caller saw any more.
   */
  lock(userId: string, seenTokenVersion: number | null): Promise<User | null>
  /** Whether somebody of that tenant has claimed the username. */
  isUsernameTaken(tenantId: string, usernameKey: string): Promise<boolean>
  /**
   * Puts a new registration in the place of one that was never verified nor signed in to. False when that has happened
   * meanwhile, or the account is gone: nothing was changed.
   */
  replaceRegistration(userId: string, user: NewUser, password: StoredPassword): Promise<boolean>
  /**
   * Before an address is verified: makes the registration count that the link was mailed for. Without one, and where
   * several have asked for the address, nobody knows whose password the account has: it is removed. Nothing happens to
   * an account that somebody has signed in to.
   */
  settleRegistration(userId: string, registration: PendingRegistration | null): Promise<void>
  /** Leaves the account without a password until a reset sets one. */
  removePassword(userId: string): Promise<void>
  /**
   * The address is its owner's. Claims the username that the registration asked for, if it is still free. Null when
   * the account is gone. @throws UsernameTakenProblem when somebody claims it in this very moment: try again
   */
  verifyEmail(userId: string, now: Date): Promise<User | null>
  /** Whether that user could have the address: nobody has it, and it is not reserved for somebody else. */
  isEmailFree(user: Pick<User, 'id' | 'tenantId'>, email: string, now: Date): Promise<boolean>
  /**
   * Gives the account another, verified address. Null when the account is gone.
   * @throws EmailTakenProblem when the address has an account or is reserved for somebody else
   */
  changeEmail(change: { userId: string; email: string; now: Date }): Promise<User | null>
  /** Keeps an address from everybody but that user until then; replaces an older reservation of the address. */
  reserveEmail(reservation: { tenantId: string; email: string; userId: string; until: Date }): Promise<void>
  /** Gives the addresses that were kept for the user free. */
  releaseEmails(userId: string): Promise<void>
  /** Removes up to so many reservations that were over before that; answers how many. */
  purgeReservations(overBefore: Date, limit: number): Promise<number>
  /** Raises the token version: every access token issued before is refused. Answers the new one; null when the account is gone. */
  raiseTokenVersion(userId: string, now: Date): Promise<number | null>
  /** Voids every device token of the account: none of its devices is trusted until its owner has signed in there again. */
  distrustDevices(userId: string): Promise<void>
  /** Forgets every wrong password for the account, and with them the locks that they have begun, wherever they are counted. */
  forgetAttempts(userId: string): Promise<void>
  /** @throws UsernameTakenProblem. Null when the account is gone. */
  updateProfile(userId: string, change: ProfileChange, now: Date): Promise<User | null>
  /**
   * Whether the user is the only active administrator of his tenant, not counting those whose lock does not end by
   * itself; locks the administrators' rows until the transaction ends.
   */
  isLastAdministrator(user: Pick<User, 'id' | 'tenantId'>): Promise<boolean>
  /** Removes the account with everything that hangs on it, and what is personal in its audit events and mails. False when it is gone. */
  remove(userId: string): Promise<boolean>
  /** Removes an account whose address was never verified; false when it was, or the account is gone. */
  removeUnverified(userId: string): Promise<boolean>
}

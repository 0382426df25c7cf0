import type { JsonObject } from '../../lib/text/json.ts'
import type { User, UserRole } from './user.ts'

export interface AdministratorsLock {
  /** Null: until an administrator unlocks. */
  readonly until: Date | null
  readonly reason: string
}

/**
 * Writes what only an administrator may change about accounts, inside a transaction that has locked their rows. Changes
 * that take or change rights raise the token version. Methods that change an account return null if it does not exist.
 */
export interface AdministrationStore {
  /**
   * Locks the rows of these accounts until the transaction ends, always in the same order, and returns the accounts,
   * including deactivated and locked ones. Unknown ids are absent, and so are accounts of deactivated tenants.
   */
  lockAll(userIds: readonly string[]): Promise<readonly User[]>
  setRole(userId: string, role: UserRole, now: Date): Promise<User | null>
  /** For a change of what access tokens say about the user besides the role. */
  raiseTokenVersion(userId: string, now: Date): Promise<User | null>
  /** Replaces the metadata. Does not change the token version. */
  setMetadata(userId: string, metadata: JsonObject, now: Date): Promise<User | null>
  /** Reactivating does not change the token version. */
  setActive(userId: string, active: boolean, now: Date): Promise<User | null>
  /** Replaces an earlier lock. */
  lock(userId: string, lock: AdministratorsLock, now: Date): Promise<User | null>
  /** Does not change the token version. */
  unlock(userId: string, now: Date): Promise<User | null>
  /** Forgets the choices about second factors, and sets until when the account may sign in without one. */
  resetFactors(userId: string, enrolBy: Date | null, now: Date): Promise<User | null>
  /**
   * Sets when the password expires; null: as the rules say. The owner is reminded again. Returns false if the user has no
   * password.
   */
  setPasswordExpiry(userId: string, expiresAt: Date | null): Promise<boolean>
  /**
   * Whether the user is the only active administrator of their tenant, not counting administrators who are locked at
   * that time, whenever their lock ends. Locks the rows of all administrators of the tenant until the transaction ends.
   */
  isLastAdministrator(user: Pick<User, 'id' | 'tenantId'>, now: Date): Promise<boolean>
}

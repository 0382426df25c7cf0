import type { OwnerAccess } from './owner-access.ts'

/** The roles of the application that users have. */
export interface UserAccessStore {
  /** What the roles of these users grant, by user id. Users without roles are absent. One statement. */
  findOf(userIds: readonly string[]): Promise<ReadonlyMap<string, OwnerAccess>>
  /**
   * Replaces the roles of a user whose row is locked, by name, from those of the installation and of the user's tenant. Keeps the roles
   * from being removed until the transaction ends. Returns the names that no role has; then nothing is changed.
   */
  replace(userId: string, names: readonly string[]): Promise<readonly string[]>
  /**
   * What new accounts of a tenant get: the default roles of the installation and of the tenant, at most 20, those of the installation
   * first. Null if there are none. The insertion of the account names these roles (NewUser.accessRoles).
   */
  findDefaults(tenantId: string): Promise<OwnerAccess | null>
  /** Removes up to `limit` rows of roles that no longer exist. Returns the number of removed rows. */
  purge(limit: number): Promise<number>
}

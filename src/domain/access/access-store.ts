import type { JsonObject } from '../../lib/text/json.ts'
import type { AccessPermission } from './access-permission.ts'
import type { AccessRole } from './access-role.ts'
import type { GrantedRole } from './owner-access.ts'

/** What uses a permission or a role. */
export interface AccessUses {
  /** Names of the roles that contain the permission, in alphabetical order, at most 100. */
  readonly roles: readonly string[]
  /** Number of holders; null beyond 10 000. */
  readonly users: number | null
  /** Number of live API keys. */
  readonly apiKeys: number
}

/** What holders of a role have besides it. */
export interface RoleCombination {
  readonly roles: readonly GrantedRole[]
  readonly metadata: JsonObject
}

/** The declared permissions and roles of the application. Lists are in alphabetical order. */
export interface AccessStore {
  /**
   * Waits until no other transaction changes permissions or roles, and keeps others waiting until this one ends. Every change of them
   * calls it first, so that no two changes contradict each other.
   */
  lockChanges(): Promise<void>
  listPermissions(): Promise<readonly AccessPermission[]>
  /**
   * Creates or replaces a permission. Roles of tenants lose a permission that is not tenantGrantable. Returns the number of roles that
   * lost it.
   */
  savePermission(permission: AccessPermission, now: Date): Promise<number>
  /**
   * Removes a permission, also from every role and API key, so that no key has it again if it is declared again. Returns whether it
   * existed.
   */
  deletePermission(name: string, now: Date): Promise<boolean>
  /** The roles of the installation and of that tenant; null: of the installation alone. */
  listRoles(tenantId: string | null): Promise<readonly AccessRole[]>
  /** The roles of the installation and of all tenants. */
  listAllRoles(): Promise<readonly AccessRole[]>
  /** Every role with that name, in the installation and in all tenants. */
  findRolesNamed(name: string): Promise<readonly AccessRole[]>
  /** Locks a role, so that no one gets it until the transaction ends. */
  lockRole(roleId: string): Promise<void>
  /**
   * The different sets of other roles that holders of a role have, each with these members of the metadata of the holder whose
   * members are longest. Reads up to 10 000 holders and returns up to 1000 sets.
   */
  listCombinations(roleId: string, metadataKeys: readonly string[]): Promise<readonly RoleCombination[]>
  /** Creates or replaces a role by its id. */
  saveRole(role: AccessRole, now: Date): Promise<void>
  /** Removes a role. Its holders lose it at once; their rows are purged later. */
  deleteRole(roleId: string): Promise<void>
  /** The numbers of holders in that tenant (null: in all) by role id; null beyond 10 000. One statement. */
  countHolders(
    roleIds: readonly string[],
    tenantId: string | null,
  ): Promise<ReadonlyMap<string, number | null>>
  /** Holders of any role that contains the permission, each once, and live API keys that name it, in all tenants. */
  usesOfPermission(name: string, now: Date): Promise<AccessUses>
  /**
   * Counts a change of what roles grant, and returns the new version. Tokens of holders that name a lower version are refused once the
   * ACCESS revocation is announced.
   */
  raiseVersion(): Promise<number>
}

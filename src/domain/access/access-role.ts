/** A role of the application: a named set of its permissions. */
export interface AccessRole {
  readonly id: string
  /** The tenant that the role belongs to; null: the installation. */
  readonly tenantId: string | null
  readonly name: string
  readonly description: string | null
  /** In alphabetical order. */
  readonly permissions: readonly string[]
  /** Whether new accounts get it. */
  readonly isDefault: boolean
}

/** Maximum number of roles of the installation; also of each tenant. A tenant sees at most twice as many. */
export const maxAccessRoles = 50
/** Maximum number of roles of one user. */
export const maxRolesOfUser = 20

export const maxRoleNameLength = 64

const form = /^[a-z][a-z0-9-]*$/

/** Whether a text can name a role: lower-case letters, digits and hyphens, at most 64 characters. */
export function isRoleName(name: string): boolean {
  return name.length <= maxRoleNameLength && form.test(name)
}

/** Whose role it is. */
export const accessRoleScopes = ['INSTALLATION', 'TENANT'] as const
export type AccessRoleScope = (typeof accessRoleScopes)[number]

export function scopeOfRole({ tenantId }: Pick<AccessRole, 'tenantId'>): AccessRoleScope {
  return tenantId === null ? 'INSTALLATION' : 'TENANT'
}

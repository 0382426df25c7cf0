import type { UserRole } from '../users/user.ts'

export const permissions = [
  'users:read',
  'users:write',
  'users:lock',
  'users:metadata',
  'roles:read',
  'roles:write',
  'sessions:revoke',
  'audit:read',
  'api-keys:write',
  'tokens:verify',
  'tokens:revoke',
  'keys:rotate',
  'system:read',
  'tenants:read',
  'tenants:write',
  'settings:write',
] as const
export type Permission = (typeof permissions)[number]

/** The permissions of each role. Actions of users on their own account require no permission. */
const permissionsOfRole: Readonly<Record<UserRole, readonly Permission[]>> = {
  USER: [],
  MODERATOR: ['users:read', 'users:lock', 'roles:read', 'sessions:revoke', 'audit:read'],
  ADMIN: permissions,
}

/** The tenant that the first migration creates. Its administrators manage the installation itself. */
export const defaultTenantId = '00000000-0000-7000-8000-000000000001'

/** Permissions that concern all tenants at once. Only roles of the default tenant have them. */
const installationPermissions: ReadonlySet<Permission> = new Set([
  'keys:rotate',
  'system:read',
  'tenants:read',
  'tenants:write',
])

/**
 * Whether a viewer with the right permission may also read and revoke resources that belong to no tenant or to all of
 * them.
 */
export function managesInstallation({ tenantId }: { readonly tenantId: string }): boolean {
  return tenantId === defaultTenantId
}

/** Whether a text is the name of a permission. */
export function isPermission(name: string): name is Permission {
  return permissions.some((permission) => permission === name)
}

/** Those names of the claim `scope` that are not built in. */
export function applicationPermissions(scopes: readonly string[]): readonly string[] {
  return scopes.filter((name) => name !== '' && !isPermission(name))
}

/** The permissions of a role in a tenant. */
export function permissionsOf(role: UserRole, tenantId: string): readonly Permission[] {
  const granted = permissionsOfRole[role]
  if (managesInstallation({ tenantId })) return granted
  return granted.filter((permission) => !installationPermissions.has(permission))
}

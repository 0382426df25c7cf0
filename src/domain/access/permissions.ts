import type { UserRole } from '../users/user.ts'

export const permissions = [
  'users:read',
  'users:write',
  'users:lock',
  'roles:write',
  'sessions:revoke',
  'audit:read',
  'api-keys:write',
  'tokens:verify',
  'tokens:revoke',
  'keys:rotate',
  'system:read',
] as const
export type Permission = (typeof permissions)[number]

/** The one table of what a role may do. What everybody may do to his own account needs no permission. */
const permissionsOfRole: Readonly<Record<UserRole, readonly Permission[]>> = {
  USER: [],
  MODERATOR: ['users:read', 'users:lock', 'sessions:revoke', 'audit:read'],
  ADMIN: permissions,
}

/** The tenant that the first migration makes. Whoever administers it looks after the installation itself. */
export const defaultTenantId = '00000000-0000-7000-8000-000000000001'

/** What concerns every tenant at once: no role of any other tenant has it. */
const overTheInstallation: ReadonlySet<Permission> = new Set(['keys:rotate', 'system:read'])

/** Whether somebody may be told, and may end, what belongs to nobody's tenant or to all of them, where he has the permission. */
export function managesInstallation({ tenantId }: { readonly tenantId: string }): boolean {
  return tenantId === defaultTenantId
}

/** Whether a word is one of the permissions. */
export function isPermission(word: string): word is Permission {
  return permissions.some((permission) => permission === word)
}

/** What a role may do in that tenant. */
export function permissionsOf(role: UserRole, tenantId: string): readonly Permission[] {
  const granted = permissionsOfRole[role]
  if (managesInstallation({ tenantId })) return granted
  return granted.filter((permission) => !overTheInstallation.has(permission))
}

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

/** Whether a word is one of the permissions. */
export function isPermission(word: string): word is Permission {
  return permissions.some((permission) => permission === word)
}

export function permissionsOf(role: UserRole): readonly Permission[] {
  return permissionsOfRole[role]
}

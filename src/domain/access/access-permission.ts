import { permissions } from './permissions.ts'

/** A permission of the application, declared for the installation. */
export interface AccessPermission {
  readonly name: string
  readonly description: string | null
  /** Whether roles of a tenant may contain it. */
  readonly tenantGrantable: boolean
}

/** Maximum number of permissions of the application. */
export const maxAccessPermissions = 150

const maxNameLength = 64
const form = /^[a-z][a-z0-9-]*:[a-z][a-z0-9-]*$/

/** Prefixes of built-in permissions, of today and of later versions. No permission of the application has one. */
const reservedPrefixes: ReadonlySet<string> = new Set([
  'users',
  'roles',
  'sessions',
  'audit',
  'api-keys',
  'tokens',
  'keys',
  'system',
  'settings',
  'tenants',
  'webhooks',
  'clients',
  'organizations',
  'gatehouse',
])

/** Why a text is not the name of a permission of the application; null if it is. */
export function permissionNameFault(name: string): 'INVALID_NAME' | 'RESERVED_NAME' | null {
  if (name.length > maxNameLength || !form.test(name)) return 'INVALID_NAME'
  const [prefix = ''] = name.split(':')
  return reservedPrefixes.has(prefix) || permissions.some((builtIn) => builtIn === name)
    ? 'RESERVED_NAME'
    : null
}

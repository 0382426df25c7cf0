import type { InputIssue } from '../problems.ts'
import type { AccessPermission } from './access-permission.ts'
import { type AccessRole, isRoleName, maxAccessRoles } from './access-role.ts'
import type { GrantedRole } from './owner-access.ts'
import { isPermission } from './permissions.ts'
import { accessBytes, accessOfAdministrator } from './token-bounds.ts'

/** What a role is judged by. */
export interface RoleSetting {
  /** The permissions that are declared. */
  readonly permissions: readonly AccessPermission[]
  /** All other roles of the installation and, for a role of a tenant, of that tenant. */
  readonly others: readonly AccessRole[]
  /** The different sets of other roles that holders of the role have. */
  readonly combinations: readonly (readonly GrantedRole[])[]
  /** Maximum size of what the application puts into an access token. Mapped claims do not count: they are left out before roles. */
  readonly maxBytes: number
}

type JudgedRole = Omit<AccessRole, 'id' | 'description'>

/** Everything that is wrong with a role, except that its name is taken. */
export function roleFaults(role: JudgedRole, setting: RoleSetting): readonly InputIssue[] {
  return [...nameFaults(role, setting), ...permissionFaults(role, setting), ...sizeFaults(role, setting)]
}

function nameFaults({ name, tenantId }: JudgedRole, { others }: RoleSetting): readonly InputIssue[] {
  const path = ['name']
  if (!isRoleName(name)) {
    const message = 'Must be a lower-case letter, then lower-case letters, digits and hyphens: at most 64.'
    return [{ path, code: 'INVALID_NAME', message }]
  }
  if (others.filter((other) => other.tenantId === tenantId).length < maxAccessRoles) return []
  const message = `There can be at most ${maxAccessRoles} roles. Remove one first.`
  return [{ path, code: 'TOO_MANY', message }]
}

function permissionFaults(role: JudgedRole, setting: RoleSetting): readonly InputIssue[] {
  const declared = new Map(setting.permissions.map((permission) => [permission.name, permission]))
  return role.permissions.flatMap((name, index): InputIssue[] => {
    const path = ['permissions', String(index)]
    const permission = declared.get(name)
    if (isPermission(name)) {
      const message = `${name} is built in. It comes with the role of the account (setUserRole).`
      return [{ path, code: 'BUILT_IN_PERMISSION', message }]
    }
    if (permission === undefined) {
      const message = `${name} is not declared. Declare it first.`
      return [{ path, code: 'UNKNOWN_PERMISSION', message }]
    }
    if (role.tenantId === null || permission.tenantGrantable) return []
    const message = `${name} is not for roles of tenants (tenantGrantable is false).`
    return [{ path, code: 'NOT_GRANTABLE', message }]
  })
}

function sizeFaults(
  role: JudgedRole,
  { others, combinations, maxBytes }: RoleSetting,
): readonly InputIssue[] {
  const defaults = role.isDefault ? [others.filter(({ isDefault }) => isDefault)] : []
  const sizes = [[], ...defaults, ...combinations].map((set) =>
    accessBytes(accessOfAdministrator([role, ...set], {})),
  )
  const excess = Math.max(...sizes) - maxBytes
  if (excess <= 0) return []
  const message = `Tokens with this role, the other roles that its holders have and the permissions of an administrator would exceed ${maxBytes} bytes by ${excess}. Remove permissions from it.`
  return [{ path: ['permissions'], code: 'TOO_LONG', message }]
}

import type { JsonObject } from '../../lib/text/json.ts'
import type { InputIssue } from '../problems.ts'
import type { AccessPermission } from './access-permission.ts'
import { type AccessRole, isRoleName, maxAccessRoles } from './access-role.ts'
import type { GrantedRole } from './owner-access.ts'
import { isPermission } from './permissions.ts'
import { accessBytes, accessOfAdministrator } from './token-bounds.ts'

/** Other roles of holders of a role, and their mapped claims. */
export interface HeldBesides {
  readonly roles: readonly GrantedRole[]
  readonly claims: JsonObject
}

/** What a role is judged by. */
export interface RoleSetting {
  /** The role as it is stored; null if it is new. */
  readonly known: Pick<AccessRole, 'permissions' | 'isDefault'> | null
  /** The permissions that are declared. */
  readonly permissions: readonly AccessPermission[]
  /** All other roles of the installation and, for a role of a tenant, of that tenant. */
  readonly others: readonly AccessRole[]
  /** What holders of the role have in their tokens besides it. */
  readonly combinations: readonly HeldBesides[]
  /** Maximum size of what the application puts into an access token. */
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

/**
 * Mapped claims count only if the role grows: otherwise a longer TOKEN_CLAIMS would prevent every change of a role, also of its
 * description.
 */
function sizeFaults(
  role: JudgedRole,
  { known, others, combinations, maxBytes }: RoleSetting,
): readonly InputIssue[] {
  const defaults = role.isDefault ? others.filter(({ isDefault }) => isDefault) : []
  const grows = known === null || role.permissions.some((name) => !known.permissions.includes(name))
  const sizes = [{ roles: defaults, claims: {} }, ...combinations].map(({ roles, claims }) =>
    accessBytes(accessOfAdministrator([role, ...roles], grows ? claims : {})),
  )
  const excess = Math.max(...sizes) - maxBytes
  if (excess <= 0) return []
  const message = `Tokens with this role, the other roles and the mapped claims that its holders have, and the permissions of an administrator would exceed ${maxBytes} bytes by ${excess}. Remove permissions from it.`
  return [{ path: ['permissions'], code: 'TOO_LONG', message }]
}

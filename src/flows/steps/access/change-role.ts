import { type AccessRole, scopeOfRole } from '../../../domain/access/access-role.ts'
import type { Revocation } from '../../../domain/tokens/revocation.ts'
import { type AccessChange, recordAccessChange, refuseOlderAccess } from './access-change.ts'

/** What saving a role changes. */
interface RoleDifference {
  readonly added: readonly string[]
  readonly removed: readonly string[]
  /** Whether its description or isDefault changes. */
  readonly described: boolean
}

function roleDifference(role: AccessRole, known: AccessRole | null): RoleDifference {
  const before = known?.permissions ?? []
  return {
    added: role.permissions.filter((name) => !before.includes(name)),
    removed: before.filter((name) => !role.permissions.includes(name)),
    described: known?.description !== role.description || known.isDefault !== role.isDefault,
  }
}

/**
 * Creates or replaces a role of the application; nothing happens if it is the same. `known` is the present one. Returns the
 * revocation if its permissions have changed.
 */
export async function saveRole(
  change: AccessChange,
  role: AccessRole,
  known: AccessRole | null,
): Promise<Revocation | null> {
  const { added, removed, described } = roleDifference(role, known)
  const grantsOthers = added.length + removed.length > 0
  if (known !== null && !grantsOthers && !described) return null
  const { tenantId, name, isDefault } = role
  await change.stores.access.saveRole(role, change.now)
  const details = {
    role: name,
    scope: scopeOfRole(role),
    change: known === null ? 'DEFINED' : 'CHANGED',
    added: [...added],
    removed: [...removed],
    isDefault,
  }
  await recordAccessChange(change, 'ROLES_CHANGED', { tenantId, details })
  return known !== null && grantsOthers ? refuseOlderAccess(change, { tenantId, role: name }) : null
}

/** Removes a role of the application, which `users` users have. */
export async function removeRoleFrom(
  change: AccessChange,
  role: AccessRole,
  users: number | null,
): Promise<Revocation> {
  const { id, tenantId, name } = role
  await change.stores.access.deleteRole(id)
  await recordAccessChange(change, 'ROLES_CHANGED', {
    tenantId,
    details: { role: name, scope: scopeOfRole(role), change: 'REMOVED', users },
  })
  return refuseOlderAccess(change, { tenantId, role: name })
}

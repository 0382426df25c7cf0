import type { AccessPermission } from '../../../domain/access/access-permission.ts'
import type { AccessUses } from '../../../domain/access/access-store.ts'
import type { Revocation } from '../../../domain/tokens/revocation.ts'
import { type AccessChange, recordAccessChange, refuseOlderAccess } from './access-change.ts'

/** Whether two permissions are the same in every respect. */
function isSamePermission(one: AccessPermission, other: AccessPermission): boolean {
  return one.description === other.description && one.tenantGrantable === other.tenantGrantable
}

/**
 * Creates or replaces a permission of the application; nothing happens if it is the same. `known` is the present one.
 * Returns the revocation if roles of tenants have lost it.
 */
export async function savePermission(
  change: AccessChange,
  permission: AccessPermission,
  known: AccessPermission | null,
): Promise<Revocation | null> {
  if (known !== null && isSamePermission(known, permission)) return null
  const { name, tenantGrantable } = permission
  const losses = await change.stores.access.savePermission(permission, change.now)
  const details = {
    permission: name,
    change: known === null ? 'DEFINED' : 'CHANGED',
    tenantGrantable,
    ...(losses > 0 ? { takenFromRoles: losses } : {}),
  }
  await recordAccessChange(change, 'PERMISSIONS_CHANGED', { tenantId: null, details })
  return losses > 0 ? refuseOlderAccess(change, { tenantId: null, role: null }) : null
}

/** Removes a permission of the application, also from the roles that contain it. Returns the revocation if there are such roles. */
export async function removePermissionFrom(
  change: AccessChange,
  name: string,
  { roles, users, apiKeys }: AccessUses,
): Promise<Revocation | null> {
  await change.stores.access.deletePermission(name, change.now)
  const details = { permission: name, change: 'REMOVED', takenFrom: [...roles], users, apiKeys }
  await recordAccessChange(change, 'PERMISSIONS_CHANGED', { tenantId: null, details })
  return roles.length > 0 ? refuseOlderAccess(change, { tenantId: null, role: null }) : null
}

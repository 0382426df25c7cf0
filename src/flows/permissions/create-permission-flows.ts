import type { FlowDeps } from '../flow-deps.ts'
import { createDefinePermission } from './define-permission.ts'
import { createDefineRole } from './define-role.ts'
import { createFindAccessPermissions } from './find-access-permissions.ts'
import { createFindAccessRoles } from './find-access-roles.ts'
import { createRemovePermission } from './remove-permission.ts'
import { createRemoveRole } from './remove-role.ts'

export function createPermissionFlows(deps: FlowDeps) {
  return {
    definePermission: createDefinePermission(deps),
    defineRole: createDefineRole(deps),
    findAccessPermissions: createFindAccessPermissions(deps),
    findAccessRoles: createFindAccessRoles(deps),
    removePermission: createRemovePermission(deps),
    removeRole: createRemoveRole(deps),
  }
}

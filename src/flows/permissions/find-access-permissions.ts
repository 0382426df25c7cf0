import type { AccessPermission } from '../../domain/access/access-permission.ts'
import { type Permission, permissionsOf } from '../../domain/access/permissions.ts'
import type { Viewer } from '../../domain/access/viewer.ts'
import type { FlowDeps } from '../flow-deps.ts'

/** A built-in permission, or one of the application. */
export type DeclaredPermission =
  | { readonly builtIn: true; readonly name: Permission }
  | ({ readonly builtIn: false } & AccessPermission)

/** Every permission that tokens of the viewer's tenant can carry, built-in ones first. */
export function createFindAccessPermissions(deps: Pick<FlowDeps, 'access'>) {
  return async function findAccessPermissions({ tenantId }: Viewer): Promise<readonly DeclaredPermission[]> {
    const builtIn = permissionsOf('ADMIN', tenantId).map((name) => ({ builtIn: true, name }) as const)
    const declared = await deps.access.listPermissions()
    return [...builtIn, ...declared.map((permission) => ({ builtIn: false, ...permission }) as const)]
  }
}

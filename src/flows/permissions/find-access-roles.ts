import type { AccessRole } from '../../domain/access/access-role.ts'
import type { AccessStore } from '../../domain/access/access-store.ts'
import type { Viewer } from '../../domain/access/viewer.ts'
import type { FlowDeps } from '../flow-deps.ts'

/** A role that can count its holders in the viewer's tenant: null beyond 10 000. */
export interface CountedRole extends AccessRole {
  countHolders(): Promise<number | null>
}

/** The roles of the installation and of the viewer's tenant. */
export function createFindAccessRoles(deps: Pick<FlowDeps, 'access'>) {
  return async function findAccessRoles({ tenantId }: Viewer): Promise<readonly CountedRole[]> {
    return countedRoles(deps.access, await deps.access.listRoles(tenantId), tenantId)
  }
}

/** All holders are counted in one statement, and only if one of the numbers is requested. */
export function countedRoles(
  access: Pick<AccessStore, 'countHolders'>,
  roles: readonly AccessRole[],
  tenantId: string,
): readonly CountedRole[] {
  const ids = roles.map(({ id }) => id)
  let counting: Promise<ReadonlyMap<string, number | null>> | undefined
  return roles.map((role) => ({
    ...role,
    countHolders: async () => {
      counting ??= access.countHolders(ids, tenantId)
      return (await counting).get(role.id) ?? null
    },
  }))
}

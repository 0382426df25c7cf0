import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { InUseProblem, NotFoundProblem } from '../../domain/problems.ts'
import {
  type CommitAccessChangeDeps,
  commitAccessChange,
  requireInstallation,
} from '../steps/access/access-change.ts'
import { removeRoleFrom } from '../steps/access/change-role.ts'
import type { RemovalInput } from './remove-permission.ts'

/**
 * Removes a role of the viewer's tenant, or of the installation. Returns its name.
 * @throws NotFoundProblem, ForbiddenError for a role of the installation outside of the default tenant, InUseProblem without
 * `force`, and the errors of commitAccessChange
 */
export function createRemoveRole(deps: CommitAccessChangeDeps) {
  return async function removeRole(
    { name, force }: RemovalInput,
    viewer: UserViewer,
    origin: Origin,
  ): Promise<string> {
    return commitAccessChange(deps, { viewer, origin }, async (change) => {
      const { access } = change.stores
      const roles = await access.listRoles(viewer.tenantId)
      const role = roles.find((one) => one.name === name)
      if (role === undefined) throw new NotFoundProblem()
      if (role.tenantId === null) requireInstallation(viewer)
      await access.lockRole(role.id)
      const users = (await access.countHolders([role.id], null)).get(role.id) ?? null
      if (users !== 0 && !force) throw new InUseProblem({ users, roles: [], apiKeys: 0 })
      return { result: name, revocation: await removeRoleFrom(change, role, users) }
    })
  }
}

import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { InUseProblem, NotFoundProblem } from '../../domain/problems.ts'
import {
  type CommitAccessChangeDeps,
  commitAccessChange,
  requireInstallation,
} from '../steps/access/access-change.ts'
import { removePermissionFrom } from '../steps/access/change-permission.ts'

export interface RemovalInput {
  readonly name: string
  /** Removes it even if it is used. */
  readonly force: boolean
}

/**
 * Removes a permission of the application. Returns its name.
 * @throws ForbiddenError outside of the default tenant, NotFoundProblem, InUseProblem without `force`, and the errors of
 * commitAccessChange
 */
export function createRemovePermission(deps: CommitAccessChangeDeps) {
  return async function removePermission(
    { name, force }: RemovalInput,
    viewer: UserViewer,
    origin: Origin,
  ): Promise<string> {
    requireInstallation(viewer)
    return commitAccessChange(deps, { viewer, origin }, async (change) => {
      const { access } = change.stores
      const declared = await access.listPermissions()
      if (!declared.some((permission) => permission.name === name)) throw new NotFoundProblem()
      const uses = await access.usesOfPermission(name, change.now)
      const isUsed = uses.roles.length > 0 || uses.apiKeys > 0
      if (isUsed && !force) throw new InUseProblem(uses)
      return { result: name, revocation: await removePermissionFrom(change, name, uses) }
    })
  }
}

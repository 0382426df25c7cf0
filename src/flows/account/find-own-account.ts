import type { Viewer } from '../../domain/access/viewer.ts'
import { UnauthenticatedError } from '../../domain/refusals.ts'
import type { User } from '../../domain/users/user.ts'
import type { FlowDeps } from '../flow-deps.ts'

/** The account of the viewer, for `me`. @throws UnauthenticatedError if it was deleted or deactivated */
export function createFindOwnAccount(deps: Pick<FlowDeps, 'ownAccounts'>) {
  return async function findOwnAccount(viewer: Viewer): Promise<User> {
    const user = await deps.ownAccounts.find(viewer)
    if (user === null || !user.active) throw new UnauthenticatedError('TOKEN_REVOKED')
    return user
  }
}

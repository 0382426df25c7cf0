import type { OwnerAccess } from '../../domain/access/owner-access.ts'
import type { User } from '../../domain/users/user.ts'
import type { FlowDeps } from '../flow-deps.ts'

/**
 * What the roles of the application grant to a user that `findOwnAccount` has returned, for `me`. Null if no copy of that account is
 * kept: `findUserAccess` reads the database.
 */
export function createFindOwnAccess(deps: Pick<FlowDeps, 'ownAccounts'>) {
  return function findOwnAccess(user: User): Promise<OwnerAccess | null> | null {
    return deps.ownAccounts.findAccess(user)
  }
}

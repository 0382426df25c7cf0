import type { User } from '../../domain/users/user.ts'
import type { FlowDeps } from '../flow-deps.ts'

/**
 * Whether the password of a user that `findOwnAccount` has returned requires a second step, for `me`. Null if no copy of
 * that account is kept: `findSecondSteps` reads the database.
 */
export function createFindOwnSecondStep(deps: Pick<FlowDeps, 'ownAccounts'>) {
  return function findOwnSecondStep(user: User): Promise<boolean> | null {
    return deps.ownAccounts.findSecondStep(user)
  }
}

import type { OwnerAccess } from '../../domain/access/owner-access.ts'
import type { FlowDeps } from '../flow-deps.ts'

/** What the roles of the application grant to users, in one statement. Users without roles have no entry. */
export function createFindUserAccess(deps: Pick<FlowDeps, 'userAccess'>) {
  return async function findUserAccess(ids: readonly string[]): Promise<ReadonlyMap<string, OwnerAccess>> {
    return deps.userAccess.findOf(ids)
  }
}

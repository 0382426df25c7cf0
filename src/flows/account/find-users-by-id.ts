import type { User } from '../../domain/users/user.ts'
import { isUuid } from '../../lib/ids/uuid.ts'
import type { FlowDeps } from '../flow-deps.ts'

/** Users by id, in one statement. Ids that are unknown or are not UUIDs have no entry. */
export function createFindUsersById(deps: Pick<FlowDeps, 'users'>) {
  return async function findUsersById(ids: readonly string[]): Promise<ReadonlyMap<string, User>> {
    const known = ids.filter(isUuid)
    const found = known.length === 0 ? [] : await deps.users.findByIds(known)
    return new Map(found.map((user) => [user.id, user]))
  }
}

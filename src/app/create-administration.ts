import { createFindUsers, type FindUsersDeps } from '../flows/administration/find-users.ts'
import { createLockUser, createUnlockUser, type LockUserDeps } from '../flows/administration/lock-user.ts'
import { createRevokeUserSessions } from '../flows/administration/revoke-user-sessions.ts'
import { createSetUserActive } from '../flows/administration/set-user-active.ts'
import { createSetUserRole, type SetUserRoleDeps } from '../flows/administration/set-user-role.ts'
import type { Flows } from '../flows/flows.ts'

type AdministrationFlows = Pick<
  Flows,
  'findUsers' | 'setUserRole' | 'lockUser' | 'unlockUser' | 'setUserActive' | 'revokeUserSessions'
>

/** Wires the use cases of administrators. */
export function createAdministration(
  deps: FindUsersDeps & SetUserRoleDeps & LockUserDeps,
): AdministrationFlows {
  return {
    findUsers: createFindUsers(deps),
    setUserRole: createSetUserRole(deps),
    lockUser: createLockUser(deps),
    unlockUser: createUnlockUser(deps),
    setUserActive: createSetUserActive(deps),
    revokeUserSessions: createRevokeUserSessions(deps),
  }
}

import { createFindUsers, type FindUsersDeps } from './flows/find-users.ts'
import type { Flows } from './flows/flows.ts'
import { createLockUser, createUnlockUser, type LockUserDeps } from './flows/lock-user.ts'
import { createRevokeUserSessions } from './flows/revoke-user-sessions.ts'
import { createSetUserActive } from './flows/set-user-active.ts'
import { createSetUserRole, type SetUserRoleDeps } from './flows/set-user-role.ts'

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

import type { FlowDeps } from '../flow-deps.ts'
import { createFindAuditEvents, createFindAuditEventsOfUser } from './find-audit-events.ts'
import { createFindUsers } from './find-users.ts'
import { createLockUser, createUnlockUser } from './lock-user.ts'
import { createRevokeUserSessions } from './revoke-user-sessions.ts'
import { createSetPasswordExpiry } from './set-password-expiry.ts'
import { createSetUserActive } from './set-user-active.ts'
import { createSetUserRole } from './set-user-role.ts'

export function createAdministrationFlows(deps: FlowDeps) {
  return {
    findAuditEvents: createFindAuditEvents(deps),
    findAuditEventsOfUser: createFindAuditEventsOfUser(deps),
    findUsers: createFindUsers(deps),
    lockUser: createLockUser(deps),
    revokeUserSessions: createRevokeUserSessions(deps),
    setPasswordExpiry: createSetPasswordExpiry(deps),
    setUserActive: createSetUserActive(deps),
    setUserRole: createSetUserRole(deps),
    unlockUser: createUnlockUser(deps),
  }
}

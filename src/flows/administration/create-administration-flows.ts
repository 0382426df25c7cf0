import type { FlowDeps } from '../flow-deps.ts'
import { createFindAuditEvents } from './find-audit-events.ts'
import { createFindAuditEventsOfUser } from './find-audit-events-of-user.ts'
import { createFindUsers } from './find-users.ts'
import { createLockUser } from './lock-user.ts'
import { createResetUserFactors } from './reset-user-factors.ts'
import { createRevokeUserSessions } from './revoke-user-sessions.ts'
import { createSetPasswordExpiry } from './set-password-expiry.ts'
import { createSetUserActive } from './set-user-active.ts'
import { createSetUserMetadata } from './set-user-metadata.ts'
import { createSetUserRole } from './set-user-role.ts'
import { createSetUserRoles } from './set-user-roles.ts'
import { createUnlockUser } from './unlock-user.ts'

export function createAdministrationFlows(deps: FlowDeps) {
  return {
    findAuditEvents: createFindAuditEvents(deps),
    findAuditEventsOfUser: createFindAuditEventsOfUser(deps),
    findUsers: createFindUsers(deps),
    lockUser: createLockUser(deps),
    resetUserFactors: createResetUserFactors(deps),
    revokeUserSessions: createRevokeUserSessions(deps),
    setPasswordExpiry: createSetPasswordExpiry(deps),
    setUserActive: createSetUserActive(deps),
    setUserMetadata: createSetUserMetadata(deps),
    setUserRole: createSetUserRole(deps),
    setUserRoles: createSetUserRoles(deps),
    unlockUser: createUnlockUser(deps),
  }
}

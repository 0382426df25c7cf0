import type { FlowDeps } from '../flow-deps.ts'
import { createFindCurrentSession } from './find-current-session.ts'
import { createFindSecurityEvents } from './find-security-events.ts'
import { createFindSessions } from './find-sessions.ts'
import { createRenameSession } from './rename-session.ts'
import { createReportSession } from './report-session.ts'
import { createRevokeOtherSessions } from './revoke-other-sessions.ts'
import { createRevokeSession } from './revoke-session.ts'

export function createSessionFlows(deps: FlowDeps) {
  return {
    findCurrentSession: createFindCurrentSession(deps),
    findSecurityEvents: createFindSecurityEvents(deps),
    findSessions: createFindSessions(deps),
    renameSession: createRenameSession(deps),
    reportSession: createReportSession(deps),
    revokeOtherSessions: createRevokeOtherSessions(deps),
    revokeSession: createRevokeSession(deps),
  }
}

import type { FlowDeps } from '../flow-deps.ts'
import { createFindSecurityEvents } from './find-security-events.ts'
import { createFindCurrentSession, createFindSessions } from './find-sessions.ts'
import { createRevokeOtherSessions, createRevokeSession } from './manage-sessions.ts'
import { createRenameSession } from './rename-session.ts'
import { createReportSession } from './report-session.ts'

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

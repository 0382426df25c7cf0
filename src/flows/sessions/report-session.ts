import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { InvalidInputProblem, InvalidTokenProblem, NotFoundProblem } from '../../domain/problems.ts'
import { UnauthenticatedError } from '../../domain/refusals.ts'
import type { Stores } from '../../domain/transaction.ts'
import type { User } from '../../domain/users/user.ts'
import { isUuid } from '../../lib/ids/uuid.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { consumeToken } from '../steps/consume-token.ts'
import { postNotice } from '../steps/mails/post-mail.ts'
import { endApiKeys } from '../steps/sessions/end-api-keys.ts'
import { type CommitSignOutDeps, commitSignOut, signOut } from '../steps/sessions/sign-out.ts'

/** What is reported: one of the viewer's sessions, or the sign-in that a mail reported. */
export type SessionReport =
  | { readonly sessionId: string; readonly viewer: UserViewer }
  | { readonly token: string }

export interface Reported {
  readonly userId: string
  readonly revokedSessions: number
}

type ReportSessionDeps = CommitSignOutDeps &
  Pick<FlowDeps, 'sessions' | 'mails' | 'courier' | 'alerts' | 'audit' | 'clock'>

/**
 * Reads the input. It must set exactly one of the two fields, so that only the intended session is reported.
 * @throws InvalidInputProblem
 */
export function readReport(
  raw: { readonly sessionId?: string | null | undefined; readonly token?: string | null | undefined },
  viewer: () => UserViewer,
): SessionReport {
  const sessionId = raw.sessionId ?? null
  const token = raw.token ?? null
  if (sessionId !== null && token === null) return { sessionId, viewer: viewer() }
  if (token !== null && sessionId === null) return { token }
  const message = 'Set exactly one of `sessionId` and `token`.'
  throw new InvalidInputProblem([{ path: [], code: 'ONE_OF_TWO', message }])
}

/**
 * Handles "This wasn't me". The other person may hold any credential of the account, so everything ends: every
 * session including the viewer's, access tokens, API keys, trust in devices, and requested links. The owner receives
 * a mail with a link that sets a new password. A session that has already ended can be reported as well.
 * @throws NotFoundProblem for unknown sessions and sessions of other users, InvalidTokenProblem
 */
export function createReportSession(deps: ReportSessionDeps) {
  return async function reportSession(report: SessionReport, origin: Origin): Promise<Reported> {
    const now = deps.clock.now()
    const sessionId = 'token' in report ? null : report.sessionId
    if ('viewer' in report) await assertOwn(deps, report.sessionId, report.viewer)
    const reason = 'SESSION_REPORTED'
    const { revokedSessions, userId, tenantId } = await commitSignOut(deps, async (stores) => {
      const user = await lockOwner(stores, report, now)
      const tokenVersion = await stores.accounts.raiseTokenVersion(user.id, now)
      if (tokenVersion === null) throw new InvalidTokenProblem()
      await stores.accounts.distrustDevices(user.id)
      // Links of older mails are about sign-ins that have ended too. A link that sets a new password becomes void
      // only by the next one that is mailed, so that repeated reports cannot keep the owner from setting a password.
      await stores.oneTimeTokens.voidAll(user.id, ['CHANGE_EMAIL', 'REPORT_SESSION'], now)
      const subject = { tenantId: user.tenantId, userId: user.id, sessionId, reason }
      await stores.audit.append(deps.audit.event('SUSPICIOUS_ACTIVITY', origin, subject))
      const actorId = 'viewer' in report ? user.id : null
      const revoked = await endApiKeys(deps, stores, { owner: user, sessionId, actorId, reason, origin, now })
      await postNotice(stores, deps.mails(origin).resetPassword(user, { owner: user, revoked }))
      const ended = await signOut(stores, {
        userId: user.id,
        tokenVersion,
        exceptSessionId: null,
        revokedBy: user.id,
        reason,
        audit: deps.audit.event('SESSION_REVOKED', origin, subject),
        now,
      })
      return { ...ended, userId: user.id, tenantId: user.tenantId }
    })
    deps.courier.wake()
    const { address, requestId } = origin
    deps.alerts.raise('SESSION_REPORTED', { tenantId, userId, sessionId, address, requestId })
    return { userId, revokedSessions }
  }
}

/** The owner of the reported session. Their row is locked. */
async function lockOwner(stores: Stores, report: SessionReport, now: Date): Promise<User> {
  if ('token' in report) return (await consumeToken(stores, report.token, 'REPORT_SESSION', now)).user
  const { userId, tokenVersion } = report.viewer
  const owner = await stores.accounts.lock(userId, tokenVersion)
  if (owner === null) throw new UnauthenticatedError('TOKEN_REVOKED')
  return owner
}

async function assertOwn(deps: ReportSessionDeps, sessionId: string, viewer: UserViewer): Promise<void> {
  const found = isUuid(sessionId) ? await deps.sessions.findOwn(sessionId, viewer.userId) : null
  if (found === null) throw new NotFoundProblem()
}

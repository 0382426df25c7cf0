import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { InvalidInputProblem, InvalidTokenProblem, NotFoundProblem } from '../../domain/problems.ts'
import { UnauthenticatedError } from '../../domain/refusals.ts'
import type { Stores } from '../../domain/transaction.ts'
import type { User } from '../../domain/users/user.ts'
import { isUuid } from '../../lib/uuid.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { postNotice } from '../steps/account-mails.ts'
import { consumeToken } from '../steps/consume-token.ts'
import { commitSignOut, signOut } from '../steps/sign-out.ts'

/** What is reported: a session of whoever is signed in, or the sign-in that a mail told of. */
export type SessionReport =
  | { readonly sessionId: string; readonly viewer: UserViewer }
  | { readonly token: string }

export interface Reported {
  readonly userId: string
  readonly revokedSessions: number
}

type ReportSessionDeps = Pick<
  FlowDeps,
  'sessions' | 'transaction' | 'revocations' | 'mails' | 'courier' | 'alerts' | 'audit' | 'clock'
>

/** Exactly one of the two, so that nobody reports something else than he means. @throws InvalidInputProblem */
export function readReport(
  written: { readonly sessionId?: string | null | undefined; readonly token?: string | null | undefined },
  viewer: () => UserViewer,
): SessionReport {
  const sessionId = written.sessionId ?? null
  const token = written.token ?? null
  if (sessionId !== null && token === null) return { sessionId, viewer: viewer() }
  if (token !== null && sessionId === null) return { token }
  const message = 'Give the id of one of your sessions or the token of a mail: one of the two.'
  throw new InvalidInputProblem([{ path: [], code: 'ONE_OF_TWO', message }])
}

/**
 * "This wasn't me": whoever it was may hold anything of the account, so that everything ends: every session (the one
 * that asks, too), access tokens, API keys, trust in devices, links that were asked for. The owner gets a mail with a link for a
 * new password. A session that has ended already can be reported as well.
 * @throws NotFoundProblem for unknown and other people's sessions alike, InvalidTokenProblem
 */
export function createReportSession(deps: ReportSessionDeps) {
  /** Whose account it is, its row locked. */
  async function findOwner(stores: Stores, report: SessionReport, now: Date): Promise<User> {
    if ('token' in report) return (await consumeToken(stores, report.token, 'REPORT_SESSION', now)).user
    const { userId, tokenVersion } = report.viewer
    const owner = await stores.accounts.lock(userId, tokenVersion)
    if (owner === null) throw new UnauthenticatedError('TOKEN_REVOKED')
    return owner
  }

  return async (report: SessionReport, origin: Origin): Promise<Reported> => {
    const now = deps.clock.now()
    const sessionId = 'token' in report ? null : report.sessionId
    if (sessionId !== null && 'viewer' in report) await assertOwn(deps, sessionId, report.viewer)
    const reason = 'SESSION_REPORTED'
    const { revokedSessions, userId } = await commitSignOut(deps, async (stores) => {
      const user = await findOwner(stores, report, now)
      const tokenVersion = await stores.accounts.raiseTokenVersion(user.id, now)
      if (tokenVersion === null) throw new InvalidTokenProblem()
      await stores.accounts.distrustDevices(user.id)
      // The links of older mails are about sign-ins that have ended by now, too. One for a new password ends by the next
      // that is mailed and by nothing else: whoever reports again and again keeps nobody from it.
      await stores.oneTimeTokens.voidAll(user.id, ['CHANGE_EMAIL', 'REPORT_SESSION'], now)
      const subject = { tenantId: user.tenantId, userId: user.id, sessionId, reason }
      await stores.audit.append(deps.audit.event('SUSPICIOUS_ACTIVITY', origin, subject))
      const revokedApiKeys = await stores.apiKeys.revokeAll(user.id, now)
      if (revokedApiKeys > 0) {
        const details = { revokedApiKeys }
        await stores.audit.append(deps.audit.event('API_KEY_REVOKED', origin, { ...subject, details }))
      }
      await postNotice(stores, deps.mails.resetPassword(user))
      const ended = await signOut(stores, {
        userId: user.id,
        tokenVersion,
        exceptSessionId: null,
        revokedBy: user.id,
        reason,
        audit: deps.audit.event('SESSION_REVOKED', origin, subject),
        now,
      })
      return { ...ended, userId: user.id }
    })
    deps.courier.wake()
    const { address, requestId } = origin
    deps.alerts.raise('SESSION_REPORTED', { userId, sessionId, address, requestId })
    return { userId, revokedSessions }
  }
}

async function assertOwn(deps: ReportSessionDeps, sessionId: string, viewer: UserViewer): Promise<void> {
  const found = isUuid(sessionId) ? await deps.sessions.findOwn(sessionId, viewer.userId) : null
  if (found === null) throw new NotFoundProblem()
}

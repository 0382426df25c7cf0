import type { Origin } from '../../domain/origin/origin.ts'
import { InvalidTokenProblem } from '../../domain/problems.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { consumeToken } from '../steps/consume-token.ts'
import { post } from '../steps/mails/post-mail.ts'
import { endApiKeys } from '../steps/sessions/end-api-keys.ts'
import { type AccessEnded, commitSignOut, signOut } from '../steps/sessions/sign-out.ts'

type UndoFactorChangeDeps = Pick<
  FlowDeps,
  'transaction' | 'revocations' | 'mails' | 'courier' | 'alerts' | 'audit' | 'clock'
>

/**
 * Takes back that a factor was added or removed, by the link in the mail about it. Everything ends that the person who
 * made the change may hold: every session, API key and remembered device, recovery codes, trust in devices, and the
 * password, which that person knew. The owner receives a mail with a link that sets a new password. Other factors stay.
 * @throws InvalidTokenProblem
 */
export function createUndoFactorChange(deps: UndoFactorChangeDeps) {
  return async function undoFactorChange(secret: string, origin: Origin): Promise<AccessEnded> {
    const now = deps.clock.now()
    const reason = 'FACTOR_CHANGE_UNDONE'
    const { revokedSessions, revokedApiKeys, user } = await commitSignOut(deps, async (stores) => {
      const { token, user } = await consumeToken(stores, secret, 'UNDO_FACTOR_CHANGE', now)
      const change = token.factorChange
      const tokenVersion = await stores.accounts.raiseTokenVersion(user.id, now)
      if (change === null || tokenVersion === null) throw new InvalidTokenProblem()
      const changed = await stores.factorChanges.takeBack(user.id, change, now)
      // The person who made the change may have seen or generated them.
      await stores.recoveryCodes.removeAll(user.id)
      await stores.oneTimeTokens.voidAll(user.id, ['CHANGE_EMAIL', 'REPORT_SESSION'], now)
      await stores.accounts.removePassword(user.id)
      await stores.accounts.distrustDevices(user.id)
      const subject = { tenantId: user.tenantId, userId: user.id }
      const details = { change: change.change, factor: change.factor, changed }
      await stores.audit.append(deps.audit.event('FACTOR_CHANGE_UNDONE', origin, { ...subject, details }))
      const revoked = await endApiKeys(deps, stores, { owner: user, actorId: null, reason, origin, now })
      await post(stores, deps.mails(origin).resetPassword(user, { owner: user, revoked }))
      const signedOut = await signOut(stores, {
        userId: user.id,
        tokenVersion,
        exceptSessionId: null,
        revokedBy: null,
        reason,
        audit: deps.audit.event('SESSION_REVOKED', origin, { ...subject, reason }),
        now,
      })
      return { ...signedOut, revokedApiKeys: revoked.length, user }
    })
    deps.courier.wake()
    const { address, requestId } = origin
    deps.alerts.raise('FACTOR_CHANGE_UNDONE', {
      tenantId: user.tenantId,
      userId: user.id,
      address,
      requestId,
    })
    return { revokedSessions, revokedApiKeys }
  }
}

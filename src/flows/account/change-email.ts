import { z } from 'zod'
import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { InvalidInputProblem, InvalidTokenProblem } from '../../domain/problems.ts'
import { UnauthenticatedError } from '../../domain/refusals.ts'
import type { Stores } from '../../domain/transaction.ts'
import type { User } from '../../domain/users/user.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { post } from '../steps/account-mails.ts'
import { consumeToken } from '../steps/consume-token.ts'
import { email, parseInput } from '../steps/input.ts'
import { commitSignOut, signOut } from '../steps/sign-out.ts'

const rules = z.object({ newEmail: email })

type ChangeEmailDeps = Pick<
  FlowDeps,
  | 'users'
  | 'accounts'
  | 'provePassword'
  | 'transaction'
  | 'revocations'
  | 'mails'
  | 'courier'
  | 'audit'
  | 'clock'
  | 'oneTimeTokenLifetimes'
>

export interface RequestEmailChangeInput {
  readonly newEmail: string
  readonly currentPassword: string
}

/**
 * Mails a link to the new address; nothing changes before somebody follows it. An address that has an account gets no
 * mail, and the answer does not tell. Answers the address as it was understood.
 * @throws InvalidInputProblem, InvalidCredentialsProblem
 */
export function createRequestEmailChange(deps: ChangeEmailDeps) {
  return async (written: RequestEmailChangeInput, viewer: UserViewer, origin: Origin): Promise<string> => {
    const { newEmail } = parseInput(rules, { newEmail: written.newEmail })
    const user = await deps.provePassword(viewer, written.currentPassword, origin)
    if (user.email === newEmail) throw alreadyYours()
    const free = await deps.accounts.isEmailFree(user, newEmail, deps.clock.now())
    await deps.transaction(async (stores) => {
      if ((await stores.accounts.lock(user.id, user.tokenVersion)) === null) throw passwordChangedMeanwhile()
      const { tenantId, id: userId } = user
      const subject = { tenantId, userId, sessionId: viewer.sessionId }
      await stores.audit.append(deps.audit.event('EMAIL_CHANGE_REQUESTED', origin, subject))
      await post(stores, deps.mails.confirmEmailChange(user, newEmail, free))
    })
    deps.courier.wake()
    return newEmail
  }
}

/**
 * Makes the new address the account's own. The old one is told, may take the change back for a while, and is kept
 * from everybody else that long. @throws InvalidTokenProblem, EmailTakenProblem
 */
export function createConfirmEmailChange(deps: ChangeEmailDeps) {
  return async (secret: string, origin: Origin): Promise<User> => {
    const now = deps.clock.now()
    const changed = await deps.transaction(async (stores) => {
      const { token, user: before } = await consumeToken(stores, secret, 'CHANGE_EMAIL', now)
      if (token.email === null) throw new InvalidTokenProblem()
      const user = await stores.accounts.changeEmail({ userId: before.id, email: token.email, now })
      if (user === null) throw new InvalidTokenProblem()
      await stores.oneTimeTokens.voidAll(
        user.id,
        ['VERIFY_EMAIL', 'DENY_REGISTRATION', 'RESET_PASSWORD'],
        now,
      )
      const subject = { tenantId: user.tenantId, userId: user.id }
      await stores.audit.append(deps.audit.event('EMAIL_CHANGED', origin, subject))
      await keepWayBack(deps, stores, before, user.email, now)
      return user
    })
    deps.courier.wake()
    return changed
  }
}

/**
 * From the mail to the old address: restores it, ends every session and mails a link for a new password. The old
 * password is gone: whoever changed the address knew it. Answers how many sessions ended. @throws InvalidTokenProblem
 */
export function createUndoEmailChange(deps: ChangeEmailDeps) {
  return async (secret: string, origin: Origin): Promise<number> => {
    const now = deps.clock.now()
    const ended = await commitSignOut(deps, async (stores) => {
      const { token } = await consumeToken(stores, secret, 'UNDO_EMAIL_CHANGE', now)
      if (token.email === null) throw new InvalidTokenProblem()
      const user = await stores.accounts.changeEmail({ userId: token.userId, email: token.email, now })
      const tokenVersion = await stores.accounts.raiseTokenVersion(token.userId, now)
      if (user === null || tokenVersion === null) throw new InvalidTokenProblem()
      // Those that were mailed to the other address, too.
      await stores.oneTimeTokens.voidAll(
        user.id,
        ['CHANGE_EMAIL', 'UNDO_EMAIL_CHANGE', 'REPORT_SESSION'],
        now,
      )
      await stores.accounts.releaseEmails(user.id)
      await stores.accounts.removePassword(user.id)
      await stores.accounts.distrustDevices(user.id)
      const subject = { tenantId: user.tenantId, userId: user.id, reason: 'EMAIL_CHANGE_UNDONE' }
      await stores.audit.append(deps.audit.event('EMAIL_CHANGED', origin, subject))
      await post(stores, deps.mails.resetPassword(user))
      return signOut(stores, {
        userId: user.id,
        tokenVersion,
        exceptSessionId: null,
        revokedBy: null,
        reason: 'EMAIL_CHANGE_UNDONE',
        audit: deps.audit.event('SESSION_REVOKED', origin, subject),
        now,
      })
    })
    deps.courier.wake()
    return ended.revokedSessions
  }
}

/** Also for an address that was never verified: its owner, who may not know the account, can take it from there. */
async function keepWayBack(
  deps: ChangeEmailDeps,
  stores: Stores,
  before: User,
  newEmail: string,
  now: Date,
): Promise<void> {
  const { tenantId, email, id: userId } = before
  const until = new Date(now.getTime() + deps.oneTimeTokenLifetimes.undoEmailChangeSeconds * 1000)
  await stores.accounts.reserveEmail({ tenantId, email, userId, until })
  await post(stores, deps.mails.emailChanged(before, newEmail))
}

/** What was proven is not true any more: a new password ends sessions that prove themselves by the old one. */
function passwordChangedMeanwhile(): UnauthenticatedError {
  return new UnauthenticatedError('TOKEN_REVOKED')
}

function alreadyYours(): InvalidInputProblem {
  const message = 'This is the address that the account has already.'
  return new InvalidInputProblem([{ path: ['newEmail'], code: 'UNCHANGED', message }])
}

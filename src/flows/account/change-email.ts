import { z } from 'zod'
import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { InvalidInputProblem, InvalidTokenProblem } from '../../domain/problems.ts'
import { UnauthenticatedError } from '../../domain/refusals.ts'
import { isAllowedDomain, requireAllowedDomain } from '../../domain/tenants/registration-policy.ts'
import type { Stores } from '../../domain/transaction.ts'
import type { User } from '../../domain/users/user.ts'
import { normaliseEmail } from '../../lib/text/email-address.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { consumeToken } from '../steps/consume-token.ts'
import { email, parseInput } from '../steps/input.ts'
import { post } from '../steps/mails/post-mail.ts'
import { endApiKeys } from '../steps/sessions/end-api-keys.ts'
import { type AccessEnded, commitSignOut, signOut } from '../steps/sessions/sign-out.ts'

const rules = z.object({ newEmail: email })

type ChangeEmailDeps = Pick<
  FlowDeps,
  | 'users'
  | 'tenants'
  | 'requireSecondFactor'
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
 * Mails a link to the new address, whose domain must be one that the tenant allows. Nothing changes until the link is followed. An address that already has an account
 * receives no mail, and the result does not reveal it. Returns the normalised address.
 * @throws InvalidInputProblem, ReauthenticationRequiredProblem, InvalidCredentialsProblem
 */
export function createRequestEmailChange(deps: ChangeEmailDeps) {
  return async function requestEmailChange(
    raw: RequestEmailChangeInput,
    viewer: UserViewer,
    origin: Origin,
  ): Promise<string> {
    await deps.requireSecondFactor(viewer)
    const { newEmail } = parseInput(rules, { newEmail: raw.newEmail })
    const { registration } = await deps.tenants.rulesOf(viewer.tenantId)
    requireAllowedDomain(registration, newEmail, ['newEmail'])
    const user = await deps.provePassword(viewer, raw.currentPassword, origin)
    if (user.email === newEmail) throw unchangedEmail()
    const free = await deps.users.isEmailFree(user, newEmail, deps.clock.now())
    await deps.transaction(async (stores) => {
      if ((await stores.accounts.lock(user.id, user.tokenVersion)) === null) throw proofOutdated()
      const { tenantId, id: userId } = user
      const subject = { tenantId, userId, sessionId: viewer.sessionId }
      await stores.audit.append(deps.audit.event('EMAIL_CHANGE_REQUESTED', origin, subject))
      await post(stores, deps.mails(origin).confirmEmailChange(user, newEmail, free))
    })
    deps.courier.wake()
    return newEmail
  }
}

/**
 * Sets the new address. The link alone is not enough: it is mailed to an address that the account does not have yet, so
 * a stranger who receives and follows it would give their address to an account that another person controls. Therefore
 * the viewer must be signed in to the account that requested the change. The old address receives a mail with a link
 * that undoes the change; as long as that link works, no other account can use the old address.
 * @throws InvalidTokenProblem, also for the token of another account; EmailTakenProblem
 */
export function createConfirmEmailChange(deps: ChangeEmailDeps) {
  return async function confirmEmailChange(
    secret: string,
    viewer: UserViewer,
    origin: Origin,
  ): Promise<User> {
    const now = deps.clock.now()
    const { registration } = await deps.tenants.rulesOf(viewer.tenantId)
    const changed = await deps.transaction(async (stores) => {
      const { token, user: before } = await consumeToken(stores, secret, 'CHANGE_EMAIL', now)
      if (token.email === null || before.id !== viewer.userId) throw new InvalidTokenProblem()
      const email = presentForm(token.email)
      // The tenant may have excluded the domain since the link was mailed.
      if (!isAllowedDomain(registration, email)) throw new InvalidTokenProblem()
      await assertSignedIn(stores, before, viewer, now)
      const user = await stores.accounts.changeEmail({ userId: before.id, email, now })
      if (user === null) throw new InvalidTokenProblem()
      await stores.oneTimeTokens.voidAll(
        user.id,
        ['VERIFY_EMAIL', 'DENY_REGISTRATION', 'RESET_PASSWORD'],
        now,
      )
      const subject = { tenantId: user.tenantId, userId: user.id, sessionId: viewer.sessionId }
      await stores.audit.append(deps.audit.event('EMAIL_CHANGED', origin, subject))
      await offerUndo(deps, stores, { before, newEmail: user.email, origin, now })
      return user
    })
    deps.courier.wake()
    return changed
  }
}

/**
 * Undoes a change of address, by the link in the mail to the old address: restores the old address, ends every
 * session and API key, and mails a link that sets a new password. The password is removed, because the person who
 * changed the address knew it. Links of earlier changes stay valid, those of later ones are void. @throws InvalidTokenProblem
 */
export function createUndoEmailChange(deps: ChangeEmailDeps) {
  return async function undoEmailChange(secret: string, origin: Origin): Promise<AccessEnded> {
    const now = deps.clock.now()
    const ended = await commitSignOut(deps, async (stores) => {
      const { token } = await consumeToken(stores, secret, 'UNDO_EMAIL_CHANGE', now)
      if (token.email === null) throw new InvalidTokenProblem()
      const user = await stores.accounts.changeEmail({
        userId: token.userId,
        email: presentForm(token.email),
        now,
      })
      const tokenVersion = await stores.accounts.raiseTokenVersion(token.userId, now)
      if (user === null || tokenVersion === null) throw new InvalidTokenProblem()
      // Includes the links that were mailed to the other address.
      await stores.oneTimeTokens.voidAll(user.id, ['CHANGE_EMAIL', 'REPORT_SESSION'], now)
      // The link of an earlier change stays valid: this address may already be that of a person who changed it before.
      const used = { id: token.id, purpose: 'UNDO_EMAIL_CHANGE' } as const
      await stores.oneTimeTokens.voidNewer(user.id, used, now)
      await stores.emailReservations.release(user.id)
      // Links to addresses that were the owner's stay valid.
      const kept = [user.email, ...(await stores.emailReservations.list(user.id, now))]
      await stores.oneTimeTokens.voidMailedElsewhere(user.id, 'UNDO_FACTOR_CHANGE', kept, now)
      await stores.accounts.removePassword(user.id)
      await stores.accounts.distrustDevices(user.id)
      const subject = { tenantId: user.tenantId, userId: user.id, reason: 'EMAIL_CHANGE_UNDONE' }
      await stores.audit.append(deps.audit.event('EMAIL_CHANGED', origin, subject))
      const { reason } = subject
      const revoked = await endApiKeys(deps, stores, { owner: user, actorId: null, reason, origin, now })
      await post(stores, deps.mails(origin).resetPassword(user, { owner: user, revoked }))
      const signedOut = await signOut(stores, {
        userId: user.id,
        tokenVersion,
        exceptSessionId: null,
        revokedBy: null,
        reason: 'EMAIL_CHANGE_UNDONE',
        audit: deps.audit.event('SESSION_REVOKED', origin, subject),
        now,
      })
      return { ...signedOut, revokedApiKeys: revoked.length }
    })
    deps.courier.wake()
    const { revokedSessions, revokedApiKeys } = ended
    return { revokedSessions, revokedApiKeys }
  }
}

/** Reads the session again, under the lock of its account: it may have ended since the request was authenticated. */
async function assertSignedIn(stores: Stores, user: User, viewer: UserViewer, now: Date): Promise<void> {
  const session = await stores.sessions.findLive(viewer.sessionId, now)
  if (session === null || user.tokenVersion !== viewer.tokenVersion) throw proofOutdated()
}

/** A token of an earlier version can name an address whose domain has another form now: no login would find it. */
function presentForm(email: string): string {
  return normaliseEmail(email) ?? email
}

/** Applies to unverified addresses too: their owner may not know the account, and can take it over by the link. */
async function offerUndo(
  deps: ChangeEmailDeps,
  stores: Stores,
  { before, newEmail, origin, now }: { before: User; newEmail: string; origin: Origin; now: Date },
): Promise<void> {
  const { tenantId, email, id: userId } = before
  const until = new Date(now.getTime() + deps.oneTimeTokenLifetimes.undoEmailChangeSeconds * 1000)
  await stores.emailReservations.reserve({ tenantId, email, userId, until })
  const remaining = await stores.apiKeys.listLive(userId, now)
  await post(stores, deps.mails(origin).emailChanged(before, newEmail, remaining))
}

/** The password has changed since it was proven, which ends the sessions that were proven by the old one. */
function proofOutdated(): UnauthenticatedError {
  return new UnauthenticatedError('TOKEN_REVOKED')
}

function unchangedEmail(): InvalidInputProblem {
  const message = 'The account already has this address.'
  return new InvalidInputProblem([{ path: ['newEmail'], code: 'UNCHANGED', message }])
}

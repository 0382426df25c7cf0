import { z } from 'zod'
import { oneTimeDigest, voidWithPassword } from '../../domain/one-time-tokens/one-time-token.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { InvalidTokenProblem } from '../../domain/problems.ts'
import type { Stores } from '../../domain/transaction.ts'
import type { User } from '../../domain/users/user.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { consumeToken } from '../steps/consume-token.ts'
import { newPassword, parseInput } from '../steps/input.ts'
import { post } from '../steps/mails/post-mail.ts'
import { endApiKeys } from '../steps/sessions/end-api-keys.ts'
import { type AccessEnded, commitSignOut, signOut } from '../steps/sessions/sign-out.ts'

const rules = z.object({ token: z.string(), newPassword })

export type ResetPasswordInput = z.input<typeof rules>

type ResetPasswordDeps = Pick<
  FlowDeps,
  | 'users'
  | 'oneTimeTokens'
  | 'checkNewPassword'
  | 'hasher'
  | 'transaction'
  | 'revocations'
  | 'mails'
  | 'courier'
  | 'audit'
  | 'ids'
  | 'clock'
>

/**
 * Sets a new password by the token of a mail and ends every session and API key. It signs no one in (OWASP Forgot
 * Password Cheat Sheet). If the password is refused, the token stays valid. The token also proves the address: a person
 * who registered the address without access to its mail keeps nothing, no device stays trusted, and a lock after wrong
 * passwords ends. With the token that login returned for an expired password, API keys stay valid, because its holder
 * knew the password: otherwise the programs of an account would fail at each expiry of its password.
 * @throws InvalidInputProblem, InvalidTokenProblem, WeakPasswordProblem, PasswordReusedProblem
 */
export function createResetPassword(deps: ResetPasswordDeps) {
  return async function resetPassword(raw: ResetPasswordInput, origin: Origin): Promise<AccessEnded> {
    const input = parseInput(rules, raw)
    const digest = oneTimeDigest(input.token)
    const seenAt = deps.clock.now()
    const found = digest === null ? null : await deps.oneTimeTokens.find(digest, 'RESET_PASSWORD', seenAt)
    const owner = found === null ? null : await deps.users.findById(found.userId)
    if (owner === null || !owner.active) throw new InvalidTokenProblem()
    const deadline = deps.hasher.newDeadline()
    const accepted = await deps.checkNewPassword(owner, input.newPassword, deadline)
    const hash = await deps.hasher.hash(input.newPassword, deadline)
    const now = deps.clock.now()
    const ended = await commitSignOut(deps, async (stores) => {
      const { token, user } = await consumeToken(stores, input.token, 'RESET_PASSWORD', now)
      const changed = await stores.accounts.changePassword({
        userId: user.id,
        seenTokenVersion: null,
        password: { ...hash, changedAt: now },
        historyId: deps.ids.next(),
      })
      if (changed === null) throw new InvalidTokenProblem()
      await stores.passwordHistory.prune(user.id, accepted.keepEarlier)
      await stores.oneTimeTokens.voidAll(user.id, voidWithPassword, now)
      await stores.accounts.forgetAttempts(user.id)
      // A token that login returned proves nothing about the address.
      if (token.email === user.email) await verifyAddress(stores, user, now)
      const subject = { tenantId: user.tenantId, userId: user.id }
      await stores.audit.append(
        deps.audit.event('PASSWORD_RESET', origin, { ...subject, details: accepted.auditDetails }),
      )
      const revoked =
        token.email === null
          ? []
          : await endApiKeys(deps, stores, {
              owner: user,
              actorId: null,
              reason: 'PASSWORD_RESET',
              origin,
              now,
            })
      const remaining = await stores.apiKeys.listLive(user.id, now)
      await post(stores, deps.mails(origin).passwordChanged(user, { revoked, remaining }))
      const signedOut = await signOut(stores, {
        userId: user.id,
        tokenVersion: changed.tokenVersion,
        exceptSessionId: null,
        revokedBy: null,
        reason: 'PASSWORD_RESET',
        audit: deps.audit.event('SESSION_REVOKED', origin, { ...subject, reason: 'PASSWORD_RESET' }),
        now,
      })
      return { ...signedOut, revokedApiKeys: revoked.length }
    })
    deps.courier.wake()
    const { revokedSessions, revokedApiKeys } = ended
    return { revokedSessions, revokedApiKeys }
  }
}

async function verifyAddress(stores: Stores, user: User, now: Date): Promise<void> {
  await stores.oneTimeTokens.voidAll(user.id, ['VERIFY_EMAIL', 'DENY_REGISTRATION'], now)
  if (user.emailVerifiedAt !== null) return
  await stores.accounts.verifyEmail(user.id, now)
}

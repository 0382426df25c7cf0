import { z } from 'zod'
import type { UserViewer } from '../../domain/access/viewer.ts'
import { voidWithPassword } from '../../domain/one-time-tokens/one-time-token.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { UnauthenticatedError } from '../../domain/refusals.ts'
import { type DeviceToken, type DeviceTokens, findTrustedDevice } from '../../domain/sessions/device-token.ts'
import { familyHash, firstOfNewFamily } from '../../domain/tokens/refresh-token.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { newPassword, parseInput } from '../steps/input.ts'
import { postNotice } from '../steps/mails/post-mail.ts'
import { endApiKeys } from '../steps/sessions/end-api-keys.ts'
import type { IssueSessionTokens, SessionTokens } from '../steps/sessions/session-tokens.ts'
import { type AccessEnded, commitSignOut, signOut } from '../steps/sessions/sign-out.ts'

const rules = z.object({ newPassword })

export interface ChangePasswordInput {
  readonly currentPassword: string
  readonly newPassword: string
  readonly revokeApiKeys: boolean
}

export interface PasswordChanged extends AccessEnded {
  readonly session: Parameters<IssueSessionTokens>[0]
  readonly tokens: SessionTokens
  /** New device token of the device that changed the password. All older device tokens are void. */
  readonly deviceToken: string
}

type ChangePasswordDeps = Pick<
  FlowDeps,
  | 'requireSecondFactor'
  | 'provePassword'
  | 'checkNewPassword'
  | 'hasher'
  | 'transaction'
  | 'revocations'
  | 'issueTokens'
  | 'deviceTokens'
  | 'mails'
  | 'courier'
  | 'audit'
  | 'ids'
  | 'clock'
>

/**
 * Sets a new password and ends every other session. The viewer's session gets a new refresh family without a grace
 * window, so that copies of its old tokens stop working. Only the device of the request stays trusted, because a
 * person who knew the old password may have marked any number of devices as trusted. API keys end on request only,
 * because other programs depend on them; the mail names those that stay valid.
 * @throws InvalidInputProblem, ReauthenticationRequiredProblem, InvalidCredentialsProblem, WeakPasswordProblem,
 * PasswordReusedProblem
 */
export function createChangePassword(deps: ChangePasswordDeps) {
  return async function changePassword(
    raw: ChangePasswordInput,
    viewer: UserViewer,
    deviceCookie: string | null,
    origin: Origin,
  ): Promise<PasswordChanged> {
    await deps.requireSecondFactor(viewer)
    const input = parseInput(rules, { newPassword: raw.newPassword })
    const deadline = deps.hasher.newDeadline()
    const user = await deps.provePassword(viewer, raw.currentPassword, origin, deadline)
    const accepted = await deps.checkNewPassword(user, input.newPassword, deadline)
    const hash = await deps.hasher.hash(input.newPassword, deadline)
    const refresh = firstOfNewFamily()
    const now = deps.clock.now()
    const { sessionId } = viewer
    const changed = await commitSignOut(deps, async (stores) => {
      const account = await stores.accounts.changePassword({
        userId: user.id,
        seenTokenVersion: user.tokenVersion,
        password: { ...hash, changedAt: now },
        historyId: deps.ids.next(),
      })
      const family = { sessionId, familyHash: familyHash(refresh.family), proof: 'PASSWORD', now } as const
      await stores.passwordHistory.prune(user.id, accepted.keepEarlier)
      const renewed = account === null ? null : await stores.sessions.renewFamily(family)
      if (account === null || renewed === null) throw new UnauthenticatedError('TOKEN_REVOKED')
      await stores.oneTimeTokens.voidAll(user.id, voidWithPassword, now)
      const subject = { tenantId: user.tenantId, userId: user.id, sessionId }
      await stores.audit.append(
        deps.audit.event('PASSWORD_CHANGED', origin, { ...subject, details: accepted.auditDetails }),
      )
      const ending = { owner: user, sessionId, actorId: user.id, reason: 'PASSWORD_CHANGED', origin, now }
      const revoked = raw.revokeApiKeys ? await endApiKeys(deps, stores, ending) : []
      const remaining = await stores.apiKeys.listLive(user.id, now)
      await postNotice(stores, deps.mails(origin).passwordChanged(user, { revoked, remaining }))
      const ended = await signOut(stores, {
        userId: user.id,
        tokenVersion: account.tokenVersion,
        exceptSessionId: sessionId,
        revokedBy: user.id,
        reason: 'PASSWORD_CHANGED',
        audit: deps.audit.event('SESSION_REVOKED', origin, { ...subject, reason: 'PASSWORD_CHANGED' }),
        now,
      })
      return { ...ended, revokedApiKeys: revoked.length, account, ...renewed }
    })
    deps.courier.wake()
    return {
      revokedSessions: changed.revokedSessions,
      revokedApiKeys: changed.revokedApiKeys,
      session: changed.session,
      tokens: await deps.issueTokens(changed.session, changed.owner, refresh),
      deviceToken: renewDeviceToken(deps.deviceTokens, deviceCookie, {
        userId: user.id,
        epoch: changed.account.deviceEpoch,
      }),
    }
  }
}

/** A device that was trusted until now keeps its id. Without a valid device cookie, the device gets a new id. */
function renewDeviceToken(
  tokens: DeviceTokens,
  deviceCookie: string | null,
  owner: Pick<DeviceToken, 'userId' | 'epoch'>,
): string {
  const device = findTrustedDevice(tokens, [deviceCookie], { ...owner, epoch: owner.epoch - 1 })
  return tokens.issue(owner, device?.deviceId)
}

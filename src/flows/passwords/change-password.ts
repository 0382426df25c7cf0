import { z } from 'zod'
import type { UserViewer } from '../../domain/access/viewer.ts'
import { voidWithPassword } from '../../domain/one-time-tokens/one-time-token.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { UnauthenticatedError } from '../../domain/refusals.ts'
import { type DeviceToken, type DeviceTokens, findTrustedDevice } from '../../domain/sessions/device-token.ts'
import { familyHash, firstOfNewFamily } from '../../domain/tokens/refresh-token.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { endApiKeys } from '../steps/end-api-keys.ts'
import { newPassword, parseInput } from '../steps/input.ts'
import { postNotice } from '../steps/post-mail.ts'
import type { IssueSessionTokens, SessionTokens } from '../steps/session-tokens.ts'
import { type AccessEnded, commitSignOut, signOut } from '../steps/sign-out.ts'

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
  | 'provePassword'
  | 'checkNewPassword'
  | 'hasher'
  | 'transaction'
  | 'sessions'
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
 * @throws InvalidInputProblem, InvalidCredentialsProblem, WeakPasswordProblem, PasswordReusedProblem
 */
export function createChangePassword(deps: ChangePasswordDeps) {
  return async function changePassword(
    raw: ChangePasswordInput,
    viewer: UserViewer,
    deviceCookie: string | null,
    origin: Origin,
  ): Promise<PasswordChanged> {
    const input = parseInput(rules, { newPassword: raw.newPassword })
    const user = await deps.provePassword(viewer, raw.currentPassword, origin)
    const accepted = await deps.checkNewPassword(user, input.newPassword)
    const hash = await deps.hasher.hash(input.newPassword)
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
      const family = { sessionId, familyHash: familyHash(refresh.family), authTime: now }
      await stores.passwordHistory.prune(user.id, accepted.keepEarlier)
      if (account === null || !(await stores.sessions.renewFamily(family))) {
        throw new UnauthenticatedError('TOKEN_REVOKED')
      }
      await stores.oneTimeTokens.voidAll(user.id, voidWithPassword, now)
      const subject = { tenantId: user.tenantId, userId: user.id, sessionId }
      await stores.audit.append(
        deps.audit.event('PASSWORD_CHANGED', origin, { ...subject, details: accepted.auditDetails }),
      )
      const ending = { owner: user, sessionId, actorId: user.id, reason: 'PASSWORD_CHANGED', origin, now }
      const revoked = raw.revokeApiKeys ? await endApiKeys(deps, stores, ending) : []
      const remaining = await stores.apiKeys.listLive(user.id, now)
      await postNotice(stores, deps.mails.passwordChanged(user, { revoked, remaining }))
      const ended = await signOut(stores, {
        userId: user.id,
        tokenVersion: account.tokenVersion,
        exceptSessionId: sessionId,
        revokedBy: user.id,
        reason: 'PASSWORD_CHANGED',
        audit: deps.audit.event('SESSION_REVOKED', origin, { ...subject, reason: 'PASSWORD_CHANGED' }),
        now,
      })
      return { ...ended, revokedApiKeys: revoked.length, account }
    })
    deps.courier.wake()
    const session = await deps.sessions.findLive(sessionId, now)
    if (session === null) throw new UnauthenticatedError('TOKEN_REVOKED')
    const { tokenVersion, deviceEpoch } = changed.account
    const owner = { role: user.role, tokenVersion }
    return {
      revokedSessions: changed.revokedSessions,
      revokedApiKeys: changed.revokedApiKeys,
      session,
      tokens: await deps.issueTokens(session, owner, refresh),
      deviceToken: renewDeviceToken(deps.deviceTokens, deviceCookie, { userId: user.id, epoch: deviceEpoch }),
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

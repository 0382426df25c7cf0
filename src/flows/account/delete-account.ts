import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { InvalidInputProblem } from '../../domain/problems.ts'
import { UnauthenticatedError } from '../../domain/refusals.ts'
import type { TokenTransport } from '../../domain/sessions/session.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { removeAccount } from '../steps/access/remove-account.ts'
import { commitSignOut } from '../steps/sessions/sign-out.ts'

type DeleteAccountDeps = Pick<
  FlowDeps,
  | 'requireSecondFactor'
  | 'provePassword'
  | 'sessions'
  | 'transaction'
  | 'revocations'
  | 'mails'
  | 'courier'
  | 'audit'
  | 'clock'
>

export interface AccountDeleted {
  readonly userId: string
  /** Transport of the session that deleted the account. */
  readonly transport: TokenTransport
}

/**
 * Deletes the viewer's account. Its sessions end, its personal data is removed, and its address and username become
 * free. Its audit events stay, without personal data.
 * @throws ReauthenticationRequiredProblem, InvalidCredentialsProblem, InvalidInputProblem for the last administrator
 */
export function createDeleteAccount(deps: DeleteAccountDeps) {
  return async function deleteAccount(
    currentPassword: string,
    viewer: UserViewer,
    origin: Origin,
  ): Promise<AccountDeleted> {
    await deps.requireSecondFactor(viewer)
    const user = await deps.provePassword(viewer, currentPassword, origin)
    const now = deps.clock.now()
    const session = await deps.sessions.findLive(viewer.sessionId, now)
    if (session === null) throw new UnauthenticatedError('TOKEN_REVOKED')
    const { id: userId } = user
    await commitSignOut(deps, async (stores) => {
      if (user.role === 'ADMIN' && (await stores.administration.isLastAdministrator(user, now)))
        throw lastAdministrator()
      if ((await stores.accounts.lock(userId, user.tokenVersion)) === null)
        throw new UnauthenticatedError('TOKEN_REVOKED')
      const tokenVersion = await stores.accounts.raiseTokenVersion(userId, now)
      if (tokenVersion === null) throw new UnauthenticatedError('TOKEN_REVOKED')
      const by = { actorId: userId, reason: null, origin }
      return removeAccount(deps, stores, { subject: user, tokenVersion, now, ...by })
    })
    deps.courier.wake()
    return { userId, transport: session.transport }
  }
}

function lastAdministrator(): InvalidInputProblem {
  const message = 'You are the last administrator. Give another user the role ADMIN first.'
  return new InvalidInputProblem([{ path: [], code: 'LAST_ADMINISTRATOR', message }])
}

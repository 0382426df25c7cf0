import type { Origin } from '../../domain/origin/origin.ts'
import { InvalidTokenProblem } from '../../domain/problems.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { consumeToken } from '../steps/consume-token.ts'
import { commitSignOut, signOut } from '../steps/sign-out.ts'

type DenyRegistrationDeps = Pick<FlowDeps, 'transaction' | 'revocations' | 'audit' | 'clock'>

/**
 * Handles the link "I did not register": deletes the unverified account, ends its sessions and refuses their access
 * tokens. The link works until the address is verified. @throws InvalidTokenProblem
 */
export function createDenyRegistration(deps: DenyRegistrationDeps) {
  return async function denyRegistration(secret: string, origin: Origin): Promise<void> {
    const now = deps.clock.now()
    const reason = 'REGISTRATION_DENIED'
    await commitSignOut(deps, async (stores) => {
      const { user } = await consumeToken(stores, secret, 'DENY_REGISTRATION', now)
      const { id: userId, tenantId } = user
      const tokenVersion = await stores.accounts.raiseTokenVersion(userId, now)
      if (tokenVersion === null) throw new InvalidTokenProblem()
      const ended = await signOut(stores, {
        userId,
        tokenVersion,
        exceptSessionId: null,
        revokedBy: null,
        reason,
        audit: deps.audit.event('SESSION_REVOKED', origin, { tenantId, userId, reason }),
        now,
      })
      if (!(await stores.accounts.removeUnverified(userId))) throw new InvalidTokenProblem()
      await stores.audit.append(deps.audit.event('ACCOUNT_DELETED', origin, { tenantId, userId, reason }))
      return ended
    })
  }
}

import { oneTimeDigest } from '../../domain/one-time-tokens/one-time-token.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { InvalidTokenProblem } from '../../domain/problems.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { consumeToken } from '../steps/consume-token.ts'
import { commitSignOut, signOut } from '../steps/sessions/sign-out.ts'

const reason = 'REGISTRATION_DENIED'

type DenyRegistrationDeps = Pick<FlowDeps, 'transaction' | 'revocations' | 'audit' | 'clock'>

/**
 * Handles the link "I did not register": closes the pending registration, or deletes the unverified account, ends its
 * sessions and refuses their access tokens. The link works until the address is verified. @throws InvalidTokenProblem
 */
export function createDenyRegistration(deps: DenyRegistrationDeps) {
  return async function denyRegistration(secret: string, origin: Origin): Promise<void> {
    const now = deps.clock.now()
    if (await closeRegistration(deps, secret, origin)) return
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

/** False if the token belongs to no pending registration. */
function closeRegistration(deps: DenyRegistrationDeps, secret: string, origin: Origin): Promise<boolean> {
  const now = deps.clock.now()
  const digest = oneTimeDigest(secret)
  if (digest === null) throw new InvalidTokenProblem()
  return deps.transaction(async (stores) => {
    const found = await stores.pendingRegistrations.findByToken(digest, 'DENY_REGISTRATION', now)
    if (found === null || !(await stores.pendingRegistrations.close(found.id, now))) return false
    const subject = { tenantId: found.tenantId, reason }
    await stores.audit.append(deps.audit.event('ACCOUNT_DELETED', origin, subject))
    return true
  })
}

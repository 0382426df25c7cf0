import type { AuditRecorder } from '../domain/audit/audit-recorder.ts'
import { oneTimeDigest } from '../domain/one-time-tokens/one-time-token.ts'
import type { Origin } from '../domain/origin/origin.ts'
import { InvalidTokenProblem } from '../domain/problems.ts'
import type { RevocationList } from '../domain/tokens/revocation-list.ts'
import type { Transaction } from '../domain/transaction.ts'
import type { Clock } from '../lib/clock.ts'
import { commitSignOut, signOut } from './sign-out.ts'

export interface DenyRegistrationDeps {
  readonly transaction: Transaction
  readonly revocations: Pick<RevocationList, 'announce' | 'doubt'>
  readonly audit: AuditRecorder
  readonly clock: Clock
}

/**
 * "I did not register": removes the unverified account, ends its sessions and refuses their access tokens. The link
 * works as long as nobody has verified the address. @throws InvalidTokenProblem
 */
export function createDenyRegistration(deps: DenyRegistrationDeps) {
  return async (secret: string, origin: Origin): Promise<void> => {
    const digest = oneTimeDigest(secret)
    if (digest === null) throw new InvalidTokenProblem()
    const now = deps.clock.now()
    const reason = 'REGISTRATION_DENIED'
    await commitSignOut(deps, async (stores) => {
      const token = await stores.oneTimeTokens.consume(digest, 'DENY_REGISTRATION', now)
      const userId = token?.userId ?? null
      const tokenVersion = userId === null ? null : await stores.accounts.raiseTokenVersion(userId, now)
      if (userId === null || tokenVersion === null) throw new InvalidTokenProblem()
      const ended = await signOut(stores, {
        userId,
        tokenVersion,
        exceptSessionId: null,
        revokedBy: null,
        reason,
        audit: deps.audit.event('SESSION_REVOKED', origin, { userId, reason }),
        now,
      })
      if (!(await stores.accounts.removeUnverified(userId))) throw new InvalidTokenProblem()
      await stores.audit.append(deps.audit.event('ACCOUNT_DELETED', origin, { userId, reason }))
      return ended
    })
  }
}

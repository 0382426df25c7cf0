import type { Origin } from '../../domain/origin/origin.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { consumeToken } from '../steps/consume-token.ts'

type UnlockAccountDeps = Pick<FlowDeps, 'transaction' | 'audit' | 'clock'>

/**
 * Handles the link in the mail about a lock: resets every count of wrong passwords of the account (sign-in, trusted
 * devices, proofs of the password), so that the link works in any browser. A lock by an administrator stays.
 * @throws InvalidTokenProblem
 */
export function createUnlockAccount(deps: UnlockAccountDeps) {
  return async function unlockAccount(secret: string, origin: Origin): Promise<void> {
    const now = deps.clock.now()
    await deps.transaction(async (stores) => {
      const { user } = await consumeToken(stores, secret, 'UNLOCK_ACCOUNT', now)
      await stores.accounts.forgetAttempts(user.id)
      const subject = { tenantId: user.tenantId, userId: user.id }
      await stores.audit.append(deps.audit.event('ACCOUNT_UNLOCKED', origin, subject))
    })
  }
}

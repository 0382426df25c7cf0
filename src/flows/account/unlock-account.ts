import type { Origin } from '../../domain/origin/origin.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { consumeToken } from '../steps/consume-token.ts'

type UnlockAccountDeps = Pick<FlowDeps, 'transaction' | 'audit' | 'clock'>

/**
 * From the mail about a lock: forgets every wrong password for the account, at the login, on devices and at proofs, so
 * that the link works in whichever browser it is followed. An administrator's lock is another thing and stays.
 * @throws InvalidTokenProblem
 */
export function createUnlockAccount(deps: UnlockAccountDeps) {
  return async (secret: string, origin: Origin): Promise<void> => {
    const now = deps.clock.now()
    await deps.transaction(async (stores) => {
      const { user } = await consumeToken(stores, secret, 'UNLOCK_ACCOUNT', now)
      await stores.accounts.forgetAttempts(user.id)
      const subject = { tenantId: user.tenantId, userId: user.id }
      await stores.audit.append(deps.audit.event('ACCOUNT_UNLOCKED', origin, subject))
    })
  }
}

import type { Origin } from '../../domain/origin/origin.ts'
import { InvalidTokenProblem, UsernameTakenProblem } from '../../domain/problems.ts'
import type { User } from '../../domain/users/user.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { consumeToken } from '../steps/consume-token.ts'

type VerifyEmailDeps = Pick<FlowDeps, 'transaction' | 'audit' | 'clock'>

/** Believes that the address is its owner's, by the token of a mail. @throws InvalidTokenProblem */
export function createVerifyEmail(deps: VerifyEmailDeps) {
  function attempt(secret: string, origin: Origin): Promise<User> {
    const now = deps.clock.now()
    return deps.transaction(async (stores) => {
      const { token } = await consumeToken(stores, secret, 'VERIFY_EMAIL', now)
      await stores.accounts.settleRegistration(token.userId, token.registration)
      const user = await stores.accounts.verifyEmail(token.userId, now)
      if (user === null) throw new InvalidTokenProblem()
      await stores.oneTimeTokens.voidAll(user.id, ['VERIFY_EMAIL', 'DENY_REGISTRATION'], now)
      const subject = { tenantId: user.tenantId, userId: user.id }
      await stores.audit.append(deps.audit.event('EMAIL_VERIFIED', origin, subject))
      return user
    })
  }

  return async (secret: string, origin: Origin): Promise<User> => {
    try {
      return await attempt(secret, origin)
    } catch (error) {
      if (!(error instanceof UsernameTakenProblem)) throw error
      // Somebody claimed the wished username in this very moment: the account goes without it.
      return attempt(secret, origin)
    }
  }
}

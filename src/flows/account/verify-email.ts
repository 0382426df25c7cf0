import type { Origin } from '../../domain/origin/origin.ts'
import { InvalidTokenProblem, UsernameTakenProblem } from '../../domain/problems.ts'
import type { User } from '../../domain/users/user.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { consumeToken } from '../steps/consume-token.ts'

type VerifyEmailDeps = Pick<FlowDeps, 'transaction' | 'audit' | 'clock'>

/**
 * Verifies the address of an account by the token of a mail, and completes the registration that the token belongs
 * to.
 * @throws InvalidTokenProblem
 */
export function createVerifyEmail(deps: VerifyEmailDeps) {
  return async function verifyEmail(secret: string, origin: Origin): Promise<User> {
    try {
      return await attempt(deps, secret, origin)
    } catch (error) {
      if (!(error instanceof UsernameTakenProblem)) throw error
      // A concurrent request has claimed the requested username: the account is verified without one.
      return attempt(deps, secret, origin)
    }
  }
}

function attempt(deps: VerifyEmailDeps, secret: string, origin: Origin): Promise<User> {
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

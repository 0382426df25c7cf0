import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { UnauthenticatedError } from '../../domain/refusals.ts'
import type { User } from '../../domain/users/user.ts'
import type { Services } from '../services.ts'
import type { GuardPassword } from './guard-password.ts'
import { parseInput, presentedPassword } from './input.ts'

export interface ProvePasswordDeps extends Pick<Services, 'users' | 'hasher'> {
  readonly guardPassword: GuardPassword
}

/** Who asks, after he has proven his password once more. */
export type ProvePassword = (viewer: UserViewer, password: string, origin: Origin) => Promise<User>

/**
 * A session alone does not change credentials (OWASP Session Management sheet). Proofs have a count of their own:
 * strangers at the login cannot keep an owner who is signed in from changing his password.
 * @throws InvalidCredentialsProblem, AccountLockedProblem, RateLimitedProblem, UnavailableError
 */
export function createProvePassword(deps: ProvePasswordDeps): ProvePassword {
  return async (viewer, written, origin) => {
    const user = await deps.users.findById(viewer.userId)
    if (user === null || !user.active) throw new UnauthenticatedError('TOKEN_REVOKED')
    const password = readPassword(written)
    const stored = await deps.users.findPassword(user.id)
    await deps.guardPassword({
      subject: { kind: 'proof', accountId: user.id, epoch: user.attemptEpoch },
      user,
      sessionId: viewer.sessionId,
      reason: 'CURRENT_PASSWORD_WRONG',
      origin,
      compare: async () => password !== null && deps.hasher.verify(password, stored),
    })
    return user
  }
}

/** Null for what no password can be: it is wrong like any other. */
function readPassword(written: string): string | null {
  try {
    return parseInput(presentedPassword, written)
  } catch {
    return null
  }
}

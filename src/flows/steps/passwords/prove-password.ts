import type { UserViewer } from '../../../domain/access/viewer.ts'
import type { Origin } from '../../../domain/origin/origin.ts'
import { UnauthenticatedError } from '../../../domain/refusals.ts'
import type { User } from '../../../domain/users/user.ts'
import type { Deadline } from '../../../lib/time/deadline.ts'
import type { Services } from '../../services.ts'
import { parseInput, presentedPassword } from '../input.ts'
import type { GuardPassword } from './guard-password.ts'

export interface ProvePasswordDeps extends Pick<Services, 'users' | 'hasher'> {
  readonly guardPassword: GuardPassword
}

/**
 * Returns the viewer's account once they have proven their password again. `deadline` is that of the operation, if it
 * hashes more passwords than this one.
 */
export type ProvePassword = (
  viewer: UserViewer,
  password: string,
  origin: Origin,
  deadline?: Deadline,
) => Promise<User>

/**
 * Changes of credentials require the password in addition to a session (OWASP Session Management Cheat Sheet). Proofs
 * have their own count: failed sign-ins of other people cannot prevent a signed-in owner from changing their
 * password.
 * @throws InvalidCredentialsProblem, AccountLockedProblem, RateLimitedProblem, UnavailableError
 */
export function createProvePassword(deps: ProvePasswordDeps): ProvePassword {
  return async function provePassword(viewer, raw, origin, deadline = deps.hasher.newDeadline()) {
    const user = await deps.users.findById(viewer.userId)
    if (user === null || !user.active) throw new UnauthenticatedError('TOKEN_REVOKED')
    const password = readPassword(raw)
    const stored = await deps.users.findPassword(user.id)
    await deps.guardPassword({
      subject: { kind: 'proof', accountId: user.id, epoch: user.attemptEpoch },
      tenantId: user.tenantId,
      user,
      sessionId: viewer.sessionId,
      reason: 'CURRENT_PASSWORD_WRONG',
      origin,
      deadline,
      compare: async () => {
        const right = password !== null && (await deps.hasher.verify(password, stored, deadline))
        return right ? 'RIGHT' : 'WRONG'
      },
    })
    return user
  }
}

/** Null for a text that cannot be a password. It is treated as a wrong password. */
function readPassword(raw: string): string | null {
  try {
    return parseInput(presentedPassword, raw)
  } catch {
    return null
  }
}

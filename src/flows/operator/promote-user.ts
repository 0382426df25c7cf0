import { ownOrigin } from '../../domain/origin/origin.ts'
import { isLocked, type User } from '../../domain/users/user.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { refuseOlderTokens } from '../steps/sessions/sign-out.ts'
import {
  type FindSubjectDeps,
  findSubject,
  lockNamed,
  type NamedUser,
  refused,
  unknownUser,
} from './find-subject.ts'

/** Origin of the audit event: no address, no request. */
const commandLine = ownOrigin('users promote')

type PromoteUserDeps = FindSubjectDeps & Pick<FlowDeps, 'transaction' | 'audit' | 'clock'>

interface Promotion {
  readonly kind: 'PROMOTED' | 'ALREADY_ADMINISTRATOR'
  readonly user: User
}

/**
 * Makes a user an administrator, for example the first one, on behalf of the operator of the machine. Older access
 * tokens are refused within a second, and the next refresh carries the role. An account that is deactivated or locked, or
 * of a deactivated tenant, is not changed.
 * @throws InvalidInputProblem
 */
export function createPromoteUser(deps: PromoteUserDeps) {
  return async function promoteUser(named: NamedUser): Promise<Promotion> {
    const found = await findSubject(deps, named)
    const now = deps.clock.now()
    return deps.transaction(async (stores): Promise<Promotion> => {
      const user = await lockNamed(stores, found)
      if (!user.active || isLocked(user, now))
        throw refused('user', 'NOT_IN_USE', 'The account is deactivated or locked.')
      if (user.role === 'ADMIN') return { kind: 'ALREADY_ADMINISTRATOR', user }
      const promoted = await stores.administration.setRole(user.id, 'ADMIN', now)
      if (promoted === null) throw unknownUser()
      await refuseOlderTokens(stores, promoted, now)
      await stores.audit.append(
        deps.audit.event('ROLE_CHANGED', commandLine, {
          tenantId: user.tenantId,
          userId: user.id,
          reason: 'PROMOTED_BY_OPERATOR',
          details: { from: user.role, to: promoted.role },
        }),
      )
      return { kind: 'PROMOTED', user: promoted }
    })
  }
}

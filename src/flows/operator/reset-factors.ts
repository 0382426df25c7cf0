import { ownOrigin } from '../../domain/origin/origin.ts'
import type { TenantDirectory } from '../../domain/tenants/tenant-directory.ts'
import type { User } from '../../domain/users/user.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { resetFactors } from '../steps/factors/reset-factors.ts'
import { findSubject, lockNamed, type NamedUser, unknownUser } from './find-subject.ts'

/** Origin of the audit events: no address, no request. */
const commandLine = ownOrigin('users reset-factors')

type ResetFactorsDeps = Pick<FlowDeps, 'users' | 'transaction' | 'mails' | 'audit' | 'clock'> & {
  readonly tenants: Pick<TenantDirectory, 'findById' | 'findBySlug'>
}

/**
 * Removes all second factors of a user on behalf of the operator of the machine, for example of the only administrator. Ends
 * their sessions and mails them, as an administrator does with resetUserFactors.
 * @throws InvalidInputProblem
 */
export function createResetFactors(deps: ResetFactorsDeps) {
  return async function resetFactorsOf(named: NamedUser): Promise<{ user: User; removed: number }> {
    const found = await findSubject(deps, named)
    const tenant = await deps.tenants.findById(found.tenant.id)
    if (tenant === null) throw unknownUser()
    const { mfa } = tenant.rules
    return deps.transaction(async (stores) => {
      const subject = await lockNamed(stores, found)
      const reset = { subject, mfa, actorId: null, reason: 'RESET_BY_OPERATOR', origin: commandLine }
      return resetFactors(deps, stores, { ...reset, now: deps.clock.now() })
    })
  }
}

import { ownOrigin } from '../../domain/origin/origin.ts'
import { defaultTenantSlug } from '../../domain/tenants/tenant.ts'
import type { TenantDirectory } from '../../domain/tenants/tenant-directory.ts'
import type { User } from '../../domain/users/user.ts'
import { normaliseEmail } from '../../lib/text/email-address.ts'
import { normaliseSlug } from '../../lib/text/slug.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { resetFactors } from '../steps/factors/reset-factors.ts'

/** Origin of the audit events: no address, no request. */
const commandLine = ownOrigin('users reset-factors')

type ResetFactorsDeps = Pick<FlowDeps, 'users' | 'transaction' | 'mails' | 'audit' | 'clock'> & {
  readonly tenants: Pick<TenantDirectory, 'findBySlug'>
}

export type FactorResetByOperator =
  | { readonly kind: 'RESET'; readonly user: User; readonly removed: number }
  | { readonly kind: 'NO_SUCH_TENANT' | 'TENANT_INACTIVE' | 'NO_SUCH_USER' }

/**
 * Removes all second factors of a user on behalf of the operator of the machine, for example of the only administrator. Ends
 * their sessions and mails them, as an administrator does with resetUserFactors.
 */
export function createResetFactors(deps: ResetFactorsDeps) {
  return async function resetFactorsOf(
    rawEmail: string,
    tenantSlug: string | null,
  ): Promise<FactorResetByOperator> {
    const tenant = await deps.tenants.findBySlug(normaliseSlug(tenantSlug ?? defaultTenantSlug))
    if (tenant === null) return { kind: 'NO_SUCH_TENANT' }
    if (!tenant.active) return { kind: 'TENANT_INACTIVE' }
    const found = await deps.users.findByEmail(tenant.id, normaliseEmail(rawEmail) ?? rawEmail)
    if (found === null) return { kind: 'NO_SUCH_USER' }
    return deps.transaction(async (stores): Promise<FactorResetByOperator> => {
      const [subject] = await stores.administration.lockAll([found.id])
      if (subject === undefined) return { kind: 'NO_SUCH_USER' }
      const { mfa } = tenant.rules
      const reset = { subject, mfa, actorId: null, reason: 'RESET_BY_OPERATOR', origin: commandLine }
      const { user, removed } = await resetFactors(deps, stores, { ...reset, now: deps.clock.now() })
      return { kind: 'RESET', user, removed }
    })
  }
}

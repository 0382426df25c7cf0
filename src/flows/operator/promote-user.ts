import { ownOrigin } from '../../domain/origin/origin.ts'
import { defaultTenantSlug } from '../../domain/tenants/tenant.ts'
import type { TenantStore } from '../../domain/tenants/tenant-store.ts'
import { isLocked, type User } from '../../domain/users/user.ts'
import { normaliseEmail } from '../../lib/text/email-address.ts'
import { normaliseSlug } from '../../lib/text/slug.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { refuseOlderTokens } from '../steps/sessions/sign-out.ts'

/** Origin of the audit event: no address, no request. */
const commandLine = ownOrigin('users promote')

type PromoteUserDeps = Pick<FlowDeps, 'users' | 'transaction' | 'audit' | 'clock'> & {
  readonly tenants: Pick<TenantStore, 'findBySlug'>
}

export type Promotion =
  | { readonly kind: 'PROMOTED' | 'ALREADY_ADMINISTRATOR'; readonly user: User }
  | { readonly kind: 'NO_SUCH_TENANT' | 'TENANT_INACTIVE' | 'NO_SUCH_USER' | 'NOT_IN_USE' }

/**
 * Makes a user an administrator, for example the first one, on behalf of the operator of the machine. Older access
 * tokens are refused within a second, and the next refresh carries the role. An account that is deactivated or locked, or
 * of a deactivated tenant, is not changed.
 */
export function createPromoteUser(deps: PromoteUserDeps) {
  return async function promoteUser(rawEmail: string, tenantSlug: string | null): Promise<Promotion> {
    const tenant = await deps.tenants.findBySlug(normaliseSlug(tenantSlug ?? defaultTenantSlug))
    if (tenant === null) return { kind: 'NO_SUCH_TENANT' }
    if (!tenant.active) return { kind: 'TENANT_INACTIVE' }
    const found = await deps.users.findByEmail(tenant.id, normaliseEmail(rawEmail) ?? rawEmail)
    if (found === null) return { kind: 'NO_SUCH_USER' }
    const now = deps.clock.now()
    return deps.transaction(async (stores): Promise<Promotion> => {
      const [user] = await stores.administration.lockAll([found.id])
      if (user === undefined) return { kind: 'NO_SUCH_USER' }
      if (!user.active || isLocked(user, now)) return { kind: 'NOT_IN_USE' }
      if (user.role === 'ADMIN') return { kind: 'ALREADY_ADMINISTRATOR', user }
      const promoted = await stores.administration.setRole(user.id, 'ADMIN', now)
      if (promoted === null) return { kind: 'NO_SUCH_USER' }
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

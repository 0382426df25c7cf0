import type { PasswordRules } from '../../domain/passwords/password-rules.ts'
import { defaultTenantSlug } from '../../domain/tenants/tenant.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { tenantSlug } from '../steps/input.ts'

/** What a tenant asks of new passwords; null when there is no such tenant, or can be none. */
export function createFindPasswordPolicy(deps: Pick<FlowDeps, 'tenants' | 'passwordPolicy'>) {
  return async (slug: string | null): Promise<PasswordRules | null> => {
    const wanted = tenantSlug.safeParse(slug ?? defaultTenantSlug)
    const tenant = wanted.success ? await deps.tenants.findBySlug(wanted.data) : null
    return tenant === null ? null : deps.passwordPolicy.rulesOf(tenant)
  }
}

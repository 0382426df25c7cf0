import type { PasswordPolicyService } from '../domain/passwords/password-policy-service.ts'
import type { PasswordRules } from '../domain/passwords/password-rules.ts'
import { defaultTenantSlug } from '../domain/tenants/tenant.ts'
import type { TenantStore } from '../domain/tenants/tenant-store.ts'

/** What a tenant asks of new passwords; null when there is no such tenant. */
export function createFindPasswordPolicy(deps: {
  readonly tenants: TenantStore
  readonly passwordPolicy: PasswordPolicyService
}) {
  return async (slug: string | null): Promise<PasswordRules | null> => {
    const tenant = await deps.tenants.findBySlug(slug ?? defaultTenantSlug)
    return tenant === null ? null : deps.passwordPolicy.rulesOf(tenant)
  }
}

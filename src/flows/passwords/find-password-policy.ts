import type { PasswordRules } from '../../domain/passwords/password-rules.ts'
import { defaultTenantSlug } from '../../domain/tenants/tenant.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { tenantSlug } from '../steps/input.ts'

/** The rules of a tenant for new passwords. Null if no active tenant has the slug, or the slug is invalid. */
export function createFindPasswordPolicy(deps: Pick<FlowDeps, 'tenants'>) {
  return async function findPasswordPolicy(raw: string | null): Promise<PasswordRules | null> {
    const slug = tenantSlug.safeParse(raw ?? defaultTenantSlug)
    const tenant = slug.success ? await deps.tenants.findActive(slug.data) : null
    return tenant?.rules.passwords ?? null
  }
}

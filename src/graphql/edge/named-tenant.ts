import type { Viewer } from '../../domain/access/viewer.ts'
import { defaultTenantSlug } from '../../domain/tenants/tenant.ts'

interface NamesTenant {
  readonly tenant?: string | null | undefined
}

/** The slug of the tenant that a call names; without one, the default tenant. */
export function namedTenant({ tenant }: NamesTenant): string {
  return tenant ?? defaultTenantSlug
}

/** The slug of the tenant that a call names; without one, the tenant of the viewer (null), or the default tenant without a viewer. */
export function namedOrOwnTenant(
  { tenant }: NamesTenant,
  { authentication: { viewer } }: { readonly authentication: { readonly viewer: Viewer | null } },
): string | null {
  return tenant ?? (viewer === null ? defaultTenantSlug : null)
}

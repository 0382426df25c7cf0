import type { Viewer } from '../../domain/access/viewer.ts'
import { InvalidInputProblem } from '../../domain/problems.ts'
import { defaultTenantSlug } from '../../domain/tenants/tenant.ts'
import type { KnownTenant, TenantDirectory } from '../../domain/tenants/tenant-directory.ts'

/**
 * The tenant with the slug; without a slug, the tenant of the viewer or the default one. Null if no active tenant has the
 * slug.
 */
export async function findTenant(
  tenants: TenantDirectory,
  slug: string | null,
  viewer: Viewer | null,
): Promise<KnownTenant | null> {
  if (slug !== null || viewer === null) return tenants.findActive(slug ?? defaultTenantSlug)
  const own = await tenants.tenantOf(viewer)
  return own.active ? own : null
}

export function unknownTenant(): InvalidInputProblem {
  return new InvalidInputProblem([
    { path: ['tenant'], code: 'UNKNOWN_TENANT', message: 'No tenant has this slug.' },
  ])
}

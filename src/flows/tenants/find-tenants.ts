import type { Viewer } from '../../domain/access/viewer.ts'
import type { Tenant } from '../../domain/tenants/tenant.ts'
import type { StorePage } from '../../lib/collections/store-page.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { tenantSlug } from '../steps/input.ts'
import { type FoundTenant, foundTenant, foundTenants } from './found-tenant.ts'

/** A page of all tenants, newest first, for viewers with tenants:read. */
export function createFindTenants({ tenantStore }: Pick<FlowDeps, 'tenantStore'>) {
  return async function findTenants(page: StorePage, viewer: Viewer): Promise<readonly FoundTenant[]> {
    return foundTenants(tenantStore, await tenantStore.listPage(page), viewer)
  }
}

/**
 * The tenant with the slug; without a slug, the tenant of the viewer. Null without a viewer, and for another tenant than that of a viewer
 * without tenants:read, whether or not it exists.
 */
export function createFindTenantOf({ tenants, tenantStore }: Pick<FlowDeps, 'tenants' | 'tenantStore'>) {
  return async function findTenantOf(raw: string | null, viewer: Viewer | null): Promise<FoundTenant | null> {
    if (viewer === null) return null
    const { success, data: slug } = tenantSlug.nullable().safeParse(raw)
    if (!success || slug === undefined) return null
    const tenant = await visibleTenant(tenants, slug, viewer)
    return tenant === null ? null : foundTenant(tenantStore, tenant, viewer)
  }
}

async function visibleTenant(
  tenants: FlowDeps['tenants'],
  slug: string | null,
  { tenantId, permissions }: Viewer,
): Promise<Tenant | null> {
  const own = await tenants.findById(tenantId)
  if (slug === null || slug === own?.slug) return own
  return permissions.has('tenants:read') ? tenants.findBySlug(slug) : null
}

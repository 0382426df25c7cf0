import type { Viewer } from '../../domain/access/viewer.ts'
import type { Tenant } from '../../domain/tenants/tenant.ts'
import { readSettings, type TenantSettings } from '../../domain/tenants/tenant-settings.ts'
import type { TenantStore } from '../../domain/tenants/tenant-store.ts'

/** A tenant as a viewer may see it. */
export interface FoundTenant extends Pick<Tenant, 'id' | 'slug' | 'name' | 'active' | 'createdAt'> {
  /** Null: the viewer may not see them. */
  readonly settings: TenantSettings | null
  /** The number of accounts. Null beyond 10 000, and if the viewer may not see it. */
  countUsers(): Promise<number | null>
}

/** Counting stops here, so that a count has bounded cost. */
const maxCounted = 10_000

type CountStore = Pick<TenantStore, 'countUsers'>

/**
 * The tenants as the viewer may see them. All accounts are counted in one statement, and only if one of the numbers is
 * requested.
 */
export function foundTenants(
  store: CountStore,
  tenants: readonly Tenant[],
  viewer: Viewer,
): readonly FoundTenant[] {
  const visible = tenants.filter((tenant) => managesTenant(viewer, tenant)).map(({ id }) => id)
  let counting: ReturnType<CountStore['countUsers']> | undefined
  return tenants.map(({ id, slug, name, active, createdAt, settings }) => ({
    id,
    slug,
    name,
    active,
    createdAt,
    settings: visible.includes(id) ? readSettings(settings) : null,
    countUsers: async () => {
      if (!visible.includes(id)) return null
      counting ??= store.countUsers(visible, maxCounted + 1)
      const count = (await counting).get(id) ?? 0
      return count > maxCounted ? null : count
    },
  }))
}

/** One tenant as the viewer may see it. */
export function foundTenant(store: CountStore, tenant: Tenant, viewer: Viewer): FoundTenant {
  const [found] = foundTenants(store, [tenant], viewer)
  if (found === undefined) throw new Error('The tenant is missing.')
  return found
}

function managesTenant({ permissions, tenantId }: Viewer, { id }: Tenant): boolean {
  return permissions.has('tenants:read') || (tenantId === id && permissions.has('settings:write'))
}

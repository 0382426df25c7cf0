import type { FlowDeps } from '../flow-deps.ts'

/** Slugs of tenants by their ids, active or not. Tenants that are in memory cost no statement. Unknown ids have no entry. */
export function createFindTenantSlugs({ tenants }: Pick<FlowDeps, 'tenants'>) {
  return async function findTenantSlugs(ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const found = await Promise.all(ids.map((id) => tenants.findById(id)))
    return new Map(found.flatMap((tenant) => (tenant === null ? [] : [[tenant.id, tenant.slug] as const])))
  }
}

import type { Tenant } from './tenant.ts'

export interface TenantStore {
  /** The tenant with that slug; null if there is none. */
  findBySlug(slug: string): Promise<Tenant | null>
  findById(id: string): Promise<Tenant | null>
  /** All tenants; their number is small. */
  list(): Promise<readonly Tenant[]>
}

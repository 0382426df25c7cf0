import type { Tenant } from './tenant.ts'

export interface TenantStore {
  /** The tenant of that slug, or null when there is none. */
  findBySlug(slug: string): Promise<Tenant | null>
  findById(id: string): Promise<Tenant | null>
  /** All of them; there are few. */
  list(): Promise<readonly Tenant[]>
}

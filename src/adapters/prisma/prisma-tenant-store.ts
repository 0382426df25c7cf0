import type { Tenant } from '../../domain/tenants/tenant.ts'
import type { TenantStore } from '../../domain/tenants/tenant-store.ts'
import type { Queries } from './queries.ts'

export class PrismaTenantStore implements TenantStore {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async findBySlug(slug: string): Promise<Tenant | null> {
    return this.#queries.tenant.findUnique({ where: { slug }, select: { id: true, slug: true } })
  }
}

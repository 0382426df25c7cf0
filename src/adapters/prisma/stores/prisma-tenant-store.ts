import type { Tenant } from '../../../domain/tenants/tenant.ts'
import type { TenantStore } from '../../../domain/tenants/tenant-store.ts'
import { Prisma } from '../generated/client.ts'
import type { Queries } from './queries.ts'

const columns = Prisma.sql`t.id, t.slug, t.name, t.active, t.created_at AS "createdAt", t.settings,
  t.access_from AS "accessFrom", t.version`

export class PrismaTenantStore implements TenantStore {
  readonly #queries: Queries

  constructor(queries: Queries) {
    this.#queries = queries
  }

  async findBySlug(slug: string): Promise<Tenant | null> {
    const [tenant] = await this.#queries.$queryRaw<
      Tenant[]
    >`SELECT ${columns} FROM tenants t WHERE t.slug = ${slug}`
    return tenant ?? null
  }

  async findById(id: string): Promise<Tenant | null> {
    const [tenant] = await this.#queries.$queryRaw<
      Tenant[]
    >`SELECT ${columns} FROM tenants t WHERE t.id = ${id}::uuid`
    return tenant ?? null
  }

  async list(): Promise<readonly Tenant[]> {
    return this.#queries.$queryRaw<Tenant[]>`SELECT ${columns} FROM tenants t ORDER BY t.slug`
  }
}

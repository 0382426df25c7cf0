import type { Tenant } from '../../../domain/tenants/tenant.ts'
import type { SessionCountLimits, TenantChange, TenantStore } from '../../../domain/tenants/tenant-store.ts'
import type { StorePage } from '../../../lib/collections/store-page.ts'
import { Prisma } from '../generated/client.ts'
import { newestFirst, selectPage } from './keyset-page.ts'
import type { Queries } from './queries.ts'
import { isLive } from './sessions/session-rows.ts'

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

  async lock(slug: string): Promise<Tenant | null> {
    const [tenant] = await this.#queries.$queryRaw<
      Tenant[]
    >`SELECT ${columns} FROM tenants t WHERE t.slug = ${slug} FOR NO KEY UPDATE`
    return tenant ?? null
  }

  async listPage(page: StorePage): Promise<readonly Tenant[]> {
    const source = { columns, from: Prisma.sql`tenants t`, where: Prisma.sql`true`, id: Prisma.sql`t.id` }
    return newestFirst(await this.#queries.$queryRaw<Tenant[]>(selectPage(source, page)), page)
  }

  async insert({
    id,
    slug,
    name,
    active,
    createdAt,
    settings,
    accessFrom,
    version,
  }: Tenant): Promise<boolean> {
    const inserted = await this.#queries.$executeRaw`
      INSERT INTO tenants (id, slug, name, active, created_at, settings, access_from, updated_at, version)
      VALUES (${id}::uuid, ${slug}, ${name}, ${active}, ${createdAt}::timestamptz, ${JSON.stringify(settings)}::jsonb,
        ${accessFrom}::timestamptz, ${createdAt}::timestamptz, ${version})
      ON CONFLICT (slug) DO NOTHING`
    return inserted === 1
  }

  async update(id: string, change: TenantChange, now: Date): Promise<Tenant | null> {
    const settings = change.settings === undefined ? null : JSON.stringify(change.settings)
    const [tenant] = await this.#queries.$queryRaw<Tenant[]>`
      UPDATE tenants t SET name = COALESCE(${change.name ?? null}, t.name),
        settings = COALESCE(${settings}::jsonb, t.settings), active = COALESCE(${change.active ?? null}::boolean, t.active),
        access_from = COALESCE(${change.accessFrom ?? null}::timestamptz, t.access_from),
        updated_at = ${now}::timestamptz, version = t.version + 1
      WHERE t.id = ${id}::uuid RETURNING ${columns}`
    return tenant ?? null
  }

  async countUsers(ids: readonly string[], max: number): Promise<ReadonlyMap<string, number>> {
    // The order makes the planner use the index of the tenant. Without it, it can read the whole table for each tenant.
    const rows = await this.#queries.$queryRaw<{ id: string; count: number }[]>`
      SELECT t.id, counted.count FROM unnest(${ids}::uuid[]) AS t(id), LATERAL (
        SELECT count(*)::int AS count FROM (SELECT FROM users u WHERE u.tenant_id = t.id ORDER BY u.email LIMIT ${max}) AS rows_found
      ) AS counted`
    return new Map(rows.map(({ id, count }) => [id, count]))
  }

  async countSessions(id: string, now: Date, { maxSessions, maxUsers }: SessionCountLimits): Promise<number> {
    const [row] = await this.#queries.$queryRaw<{ count: number }[]>`
      SELECT count(*)::int AS count FROM (
        SELECT FROM (SELECT u.id FROM users u WHERE u.tenant_id = ${id}::uuid ORDER BY u.id DESC LIMIT ${maxUsers}) AS u
          JOIN sessions s ON s.user_id = u.id WHERE ${isLive(now)} LIMIT ${maxSessions}
      ) AS rows_found`
    return row?.count ?? 0
  }
}

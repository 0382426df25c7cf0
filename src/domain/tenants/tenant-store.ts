import type { StorePage } from '../../lib/collections/store-page.ts'
import type { Tenant } from './tenant.ts'

/** What a change of a tenant sets. Absent: unchanged. */
export interface TenantChange {
  readonly name?: string
  readonly settings?: Tenant['settings']
  readonly active?: boolean
  readonly accessFrom?: Date
}

export interface SessionCountLimits {
  readonly maxSessions: number
  readonly maxUsers: number
}

export interface TenantStore {
  /** The tenant with that slug; null if there is none. */
  findBySlug(slug: string): Promise<Tenant | null>
  findById(id: string): Promise<Tenant | null>
  /** The tenant, locked until the transaction ends, so that changes follow one another; null if there is none. */
  lock(slug: string): Promise<Tenant | null>
  /** All tenants by slug, for commands and jobs. */
  list(): Promise<readonly Tenant[]>
  /** A page of all tenants, newest first. */
  listPage(page: StorePage): Promise<readonly Tenant[]>
  /** Adds a tenant. Returns false if one with the slug exists. Atomic. */
  insert(tenant: Tenant): Promise<boolean>
  /** Changes a tenant, raises its version, and returns it; null if there is none. Atomic. */
  update(id: string, change: TenantChange, now: Date): Promise<Tenant | null>
  /** The numbers of accounts of tenants, each counted up to `max`, in one statement. */
  countUsers(ids: readonly string[], max: number): Promise<ReadonlyMap<string, number>>
  /** The number of live sessions of a tenant, counted up to `maxSessions` among its newest `maxUsers` accounts. */
  countSessions(id: string, now: Date, limits: SessionCountLimits): Promise<number>
}

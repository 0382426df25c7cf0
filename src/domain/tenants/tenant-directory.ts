import { BoundedMap } from '../../lib/collections/bounded-map.ts'
import type { Clock } from '../../lib/time/clock.ts'
import { minuteMs } from '../../lib/time/duration.ts'
import { applySettings } from './apply-settings.ts'
import type { Tenant } from './tenant.ts'
import type { TenantRules } from './tenant-rules.ts'
import { readSettings } from './tenant-settings.ts'
import type { TenantStore } from './tenant-store.ts'

/** A tenant with the rules of its accounts. */
export interface KnownTenant extends Tenant {
  readonly rules: TenantRules
}

export interface TenantDirectoryDeps {
  readonly store: Pick<TenantStore, 'findById' | 'findBySlug'>
  /** The rules of the configuration. */
  readonly configured: TenantRules
  readonly revocations: {
    /** Whether this process knows every change of the last seconds. */
    readonly isFresh: boolean
    /** The newest known version of a tenant; 0 if no recent change is known. */
    tenantVersion(tenantId: string): number
  }
  readonly clock: Pick<Clock, 'monotonicMs'>
}

interface Entry {
  readonly tenant: KnownTenant
  readonly until: number
}

const maxTenants = 20_000
/** Changes arrive with the revocations long before that. */
const maxAgeMs = 5 * minuteMs

/**
 * The tenants and their rules. A tenant that is in memory costs no statement. Changes arrive with the revocations: at once, or within a
 * second. A copy is not used if a newer version is known, or if this process may have missed a change; then the database is read.
 */
export class TenantDirectory {
  readonly #deps: TenantDirectoryDeps
  readonly #byId = new BoundedMap<string, Entry>(maxTenants)
  readonly #idOfSlug = new BoundedMap<string, string>(maxTenants)

  constructor(deps: TenantDirectoryDeps) {
    this.#deps = deps
  }

  /** The rules of the configuration, which no tenant can weaken. */
  get configured(): TenantRules {
    return this.#deps.configured
  }

  /**
   * The tenant with that slug, active or not; null if there is none. An inactive one is read each time, as one that does not exist, so
   * that the time of an answer does not distinguish them. @throws the error of the store
   */
  async findBySlug(slug: string): Promise<KnownTenant | null> {
    const id = this.#idOfSlug.get(slug)
    const known = id === undefined ? null : this.#current(id)
    return known?.active === true ? known : this.#keep(await this.#deps.store.findBySlug(slug))
  }

  /** The same if the tenant is active. Strangers must not see whether there is no such tenant or it is inactive. */
  async findActive(slug: string): Promise<KnownTenant | null> {
    const tenant = await this.findBySlug(slug)
    return tenant?.active === true ? tenant : null
  }

  /** The tenant with that id, active or not; null if there is none. @throws the error of the store */
  async findById(id: string): Promise<KnownTenant | null> {
    return this.#current(id) ?? this.#keep(await this.#deps.store.findById(id))
  }

  /** The tenant of an account, active or not. @throws the error of the store */
  async tenantOf({ tenantId }: { readonly tenantId: string }): Promise<KnownTenant> {
    const tenant = await this.findById(tenantId)
    if (tenant === null) throw new Error('The tenant of an account does not exist.')
    return tenant
  }

  /** The rules of the tenant of an account. @throws the error of the store */
  async rulesOf(tenantId: string): Promise<TenantRules> {
    return (await this.tenantOf({ tenantId })).rules
  }

  #current(id: string): KnownTenant | null {
    const { revocations, clock } = this.#deps
    const entry = this.#byId.get(id)
    if (entry === undefined || !revocations.isFresh || clock.monotonicMs() >= entry.until) return null
    return entry.tenant.version >= revocations.tenantVersion(id) ? entry.tenant : null
  }

  /** A row that was read before a change is as old as its version, so it is never used once the change is known. */
  #keep(tenant: Tenant | null): KnownTenant | null {
    if (tenant === null) return null
    const known = { ...tenant, rules: applySettings(this.#deps.configured, readSettings(tenant.settings)) }
    this.#byId.set(tenant.id, { tenant: known, until: this.#deps.clock.monotonicMs() + maxAgeMs })
    this.#idOfSlug.set(tenant.slug, tenant.id)
    return known
  }
}

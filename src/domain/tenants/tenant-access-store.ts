import type { Tenant } from './tenant.ts'

/** A tenant that was deactivated, and since when it accepts sessions and API keys. */
export type EndedTenant = Pick<Tenant, 'id'> & { readonly accessFrom: Date }

/** What one batch has done. */
export interface EndedBatch {
  /** Number of sessions, API keys and remembered devices. */
  readonly rows: number
  /** The last user of the batch, after which the next one begins; null: there are no more users. */
  readonly lastUserId: string | null
}

/**
 * Writes into the rows of sessions and API keys what a deactivation of their tenant means for them. Nothing depends on it: `accessFrom`
 * ends them at once, however many there are.
 */
export interface TenantAccessStore {
  /** Tenants whose last deactivation is not written into their rows, up to 100. */
  listUnended(): Promise<readonly EndedTenant[]>
  /**
   * Ends the sessions, API keys and remembered devices that up to `limit` users have from before, in one statement. `afterUserId` null starts
   * with the first user.
   */
  endBatch(tenant: EndedTenant, afterUserId: string | null, limit: number): Promise<EndedBatch>
  /** Notes that all rows are written. A later deactivation makes the tenant appear again. */
  markEnded(tenant: EndedTenant): Promise<void>
}

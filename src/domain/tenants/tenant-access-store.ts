import type { RevocationReason } from '../sessions/session.ts'
import type { Tenant } from './tenant.ts'

/** A tenant whose sessions and API keys were ended, and since when it accepts new ones. */
export interface EndedTenant extends Pick<Tenant, 'id'> {
  readonly accessFrom: Date
  /** TENANT_DEACTIVATED while the tenant is inactive; otherwise an operator has ended them. */
  readonly reason: RevocationReason
}

/** What one batch has done. */
export interface EndedBatch {
  /** Number of sessions, API keys and remembered devices. */
  readonly rows: number
  /** The sessions among them. */
  readonly sessions: number
  /** The last user of the batch, after which the next one begins; null: there are no more users. */
  readonly lastUserId: string | null
}

/**
 * Writes into the rows of sessions and API keys that those of their tenant were ended. Nothing depends on it: `accessFrom` ends them
 * at once, however many there are.
 */
export interface TenantAccessStore {
  /** Tenants whose last end of access is not written into their rows, up to 100. */
  listUnended(): Promise<readonly EndedTenant[]>
  /**
   * Ends the sessions, API keys and remembered devices that up to `limit` users have from before, in one statement. `afterUserId` null starts
   * with the first user.
   */
  endBatch(tenant: EndedTenant, afterUserId: string | null, limit: number): Promise<EndedBatch>
  /** Notes that all rows are written. A later end makes the tenant appear again. */
  markEnded(tenant: EndedTenant): Promise<void>
}

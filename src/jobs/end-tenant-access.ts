import type { TenantAccessStore } from '../domain/tenants/tenant-access-store.ts'

export interface EndTenantAccessDeps {
  readonly store: TenantAccessStore
  /** Users per statement; by default few enough that the locks of a statement block others only briefly. */
  readonly batchSize?: number
}

/**
 * Writes the end of access to tenants into the rows of their sessions and API keys, so that lists and clean-up need not look at the tenant. Ends
 * when nothing is left or `signal` is aborted. Returns the number of rows.
 */
export function createEndTenantAccess({ store, batchSize = 500 }: EndTenantAccessDeps) {
  return async function endTenantAccess(signal?: AbortSignal): Promise<number> {
    let rows = 0
    for (const tenant of await store.listUnended()) {
      let after: string | null = null
      do {
        if (signal?.aborted === true) return rows
        const batch = await store.endBatch(tenant, after, batchSize)
        rows += batch.rows
        after = batch.lastUserId
      } while (after !== null)
      await store.markEnded(tenant)
    }
    return rows
  }
}

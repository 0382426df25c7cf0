import { TenantDirectory } from '../domain/tenants/tenant-directory.ts'
import type { TenantStore } from '../domain/tenants/tenant-store.ts'
import type { Clock } from '../lib/time/clock.ts'
import { configuredRules } from './configured-rules.ts'

/** The tenants for a command, which hears of no changes: each look-up reads the database. */
export function createOperatorDirectory(
  config: Parameters<typeof configuredRules>[0],
  { tenants: store, clock }: { readonly tenants: TenantStore; readonly clock: Clock },
): TenantDirectory {
  const revocations = { isFresh: false, tenantVersion: () => 0 }
  return new TenantDirectory({ store, configured: configuredRules(config), revocations, clock })
}

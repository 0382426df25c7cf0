import type { FlowDeps } from '../flow-deps.ts'
import { createCreateTenant } from './create-tenant.ts'
import { createFindTenantOf, createFindTenants } from './find-tenants.ts'
import { createSetTenantActive } from './set-tenant-active.ts'
import { createUpdateTenant } from './update-tenant.ts'

export function createTenantFlows(deps: FlowDeps) {
  return {
    createTenant: createCreateTenant(deps),
    findTenantOf: createFindTenantOf(deps),
    findTenants: createFindTenants(deps),
    setTenantActive: createSetTenantActive(deps),
    updateTenant: createUpdateTenant(deps),
  }
}

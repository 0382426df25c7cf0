import { z } from 'zod'
import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { NotFoundProblem } from '../../domain/problems.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { parseInput, reason, tenantSlug } from '../steps/input.ts'
import { type SwitchedTenant, switchTenant } from '../steps/tenants/change-tenant.ts'
import { type CommitTenantEditDeps, commitTenantEdit } from '../steps/tenants/commit-tenant-edit.ts'
import { type FoundTenant, foundTenant } from './found-tenant.ts'

const rules = z.object({
  slug: tenantSlug,
  active: z.boolean(),
  reason,
})

export type SetTenantActiveInput = z.input<typeof rules>

type SetTenantActiveDeps = CommitTenantEditDeps & Pick<FlowDeps, 'tenantStore' | 'requireAdministrativeProof'>

export interface TenantActivity extends Pick<SwitchedTenant, 'revokedSessions'> {
  readonly tenant: FoundTenant
}

/**
 * Deactivates a tenant, which ends every session and API key, or reactivates it, which starts none. If the tenant already has the
 * requested state, nothing happens.
 * @throws ReauthenticationRequiredProblem, InvalidInputProblem, also for the default tenant, NotFoundProblem, and the errors of
 * commitTenantEdit
 */
export function createSetTenantActive(deps: SetTenantActiveDeps) {
  return async function setTenantActive(
    raw: SetTenantActiveInput,
    viewer: UserViewer,
    origin: Origin,
  ): Promise<TenantActivity> {
    await deps.requireAdministrativeProof(viewer)
    const { slug, active, reason } = parseInput(rules, raw)
    const request = { viewer, permission: 'tenants:write', origin, reason } as const
    const { tenant, revokedSessions } = await commitTenantEdit(deps, request, async (edit) => {
      const known = await edit.stores.tenants.lock(slug)
      if (known === null) throw new NotFoundProblem()
      return switchTenant(edit, known, active)
    })
    return { tenant: foundTenant(deps.tenantStore, tenant, viewer), revokedSessions }
  }
}

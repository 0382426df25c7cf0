import { z } from 'zod'
import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { readSettings } from '../../domain/tenants/tenant-settings.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { parseInput } from '../steps/input.ts'
import { addTenant } from '../steps/tenants/change-tenant.ts'
import { type CommitTenantEditDeps, commitTenantEdit } from '../steps/tenants/commit-tenant-edit.ts'
import { newTenantSlug, settingChanges, tenantName } from '../steps/tenants/tenant-input.ts'
import { type FoundTenant, foundTenant } from './found-tenant.ts'

type CreateTenantDeps = CommitTenantEditDeps &
  Pick<FlowDeps, 'tenants' | 'tenantStore' | 'sendsMail' | 'requireAdministrativeProof' | 'ids'>

function rulesOf({ tenants: { configured }, sendsMail }: Pick<CreateTenantDeps, 'tenants' | 'sendsMail'>) {
  return z.object({
    slug: newTenantSlug,
    name: tenantName,
    settings: settingChanges(readSettings({}), { configured, sendsMail }),
  })
}

export type CreateTenantInput = z.input<ReturnType<typeof rulesOf>>

/**
 * Creates a tenant.
 * @throws ReauthenticationRequiredProblem, InvalidInputProblem with every mistake, NameTakenProblem for a slug that is reserved
 * or taken, and the errors of commitTenantEdit
 */
export function createCreateTenant(deps: CreateTenantDeps) {
  return async function createTenant(
    raw: CreateTenantInput,
    viewer: UserViewer,
    origin: Origin,
  ): Promise<FoundTenant> {
    await deps.requireAdministrativeProof(viewer)
    const input = parseInput(rulesOf(deps), raw)
    const id = deps.ids.next()
    const request = { viewer, permission: 'tenants:write', origin } as const
    const { tenant } = await commitTenantEdit(deps, request, async (edit) => {
      return { tenant: await addTenant(edit, { id, ...input }), revocation: null }
    })
    return foundTenant(deps.tenantStore, tenant, viewer)
  }
}

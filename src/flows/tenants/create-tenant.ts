import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { parseInput } from '../steps/input.ts'
import {
  type AddTenantDeps,
  addTenant,
  type NewTenantInput,
  newTenantRules,
} from '../steps/tenants/add-tenant.ts'
import { type CommitTenantEditDeps, commitTenantEdit } from '../steps/tenants/commit-tenant-edit.ts'
import { type FoundTenant, foundTenant } from './found-tenant.ts'

type CreateTenantDeps = AddTenantDeps &
  CommitTenantEditDeps &
  Pick<FlowDeps, 'tenants' | 'tenantStore' | 'sendsMail' | 'requireAdministrativeProof' | 'courier'>

/**
 * Creates a tenant, and with `administratorEmail` its first administrator, who gets a mail with a link that sets the password.
 * @throws ReauthenticationRequiredProblem, InvalidInputProblem with every mistake, NameTakenProblem for a slug that is reserved
 * or taken, and the errors of commitTenantEdit
 */
export function createCreateTenant(deps: CreateTenantDeps) {
  return async function createTenant(
    raw: NewTenantInput,
    viewer: UserViewer,
    origin: Origin,
  ): Promise<FoundTenant> {
    await deps.requireAdministrativeProof(viewer)
    const { sendsMail, tenants } = deps
    const input = parseInput(newTenantRules({ configured: tenants.configured, sendsMail }), raw)
    const request = { viewer, permission: 'tenants:write', origin } as const
    const { tenant } = await commitTenantEdit(deps, request, async (edit) => {
      return { tenant: await addTenant(deps, edit, input), revocation: null }
    })
    deps.courier.wake()
    return foundTenant(deps.tenantStore, tenant, viewer)
  }
}

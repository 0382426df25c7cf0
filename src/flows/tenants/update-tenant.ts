import { z } from 'zod'
import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { NotFoundProblem } from '../../domain/problems.ts'
import { UnauthenticatedError } from '../../domain/refusals.ts'
import { readSettings } from '../../domain/tenants/tenant-settings.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { parseInput, tenantSlug } from '../steps/input.ts'
import { updateTenantRow } from '../steps/tenants/change-tenant.ts'
import {
  type CommitTenantEditDeps,
  commitTenantEdit,
  type TenantEditRequest,
} from '../steps/tenants/commit-tenant-edit.ts'
import { tenantUpdateRules } from '../steps/tenants/tenant-input.ts'
import { type FoundTenant, foundTenant } from './found-tenant.ts'

type RulesDeps = Pick<FlowDeps, 'tenants' | 'sendsMail'>
type UpdateTenantDeps = CommitTenantEditDeps &
  RulesDeps &
  Pick<FlowDeps, 'tenantStore' | 'requireAdministrativeProof'>

const target = z.object({ slug: tenantSlug })

export type UpdateTenantInput = z.input<typeof target> & z.input<ReturnType<typeof tenantUpdateRules>>

/**
 * Changes the name and the settings of the viewer's tenant, or of any tenant for viewers with tenants:write. Other tenants are not found,
 * whether or not they exist. Parallel changes follow one another, and each keeps what it does not name.
 * @throws ReauthenticationRequiredProblem, NotFoundProblem, InvalidInputProblem with every mistake, and the errors of
 * commitTenantEdit
 */
export function createUpdateTenant(deps: UpdateTenantDeps) {
  return async function updateTenant(
    raw: UpdateTenantInput,
    viewer: UserViewer,
    origin: Origin,
  ): Promise<FoundTenant> {
    await deps.requireAdministrativeProof(viewer)
    const { slug } = parseInput(target, raw)
    const permission = await permissionFor(deps, slug, viewer)
    const { tenant } = await commitTenantEdit(deps, { viewer, permission, origin }, async (edit) => {
      const known = await edit.stores.tenants.lock(slug)
      if (known === null) throw new NotFoundProblem()
      if (known.id === viewer.tenantId && !known.active) throw new UnauthenticatedError('TOKEN_REVOKED')
      const bounds = { configured: deps.tenants.configured, sendsMail: deps.sendsMail }
      const input = parseInput(tenantUpdateRules(readSettings(known.settings), bounds), raw)
      return updateTenantRow(edit, known, input)
    })
    return foundTenant(deps.tenantStore, tenant, viewer)
  }
}

/** The permission that the change requires. @throws NotFoundProblem */
async function permissionFor(
  { tenants }: RulesDeps,
  slug: string,
  { tenantId, permissions }: UserViewer,
): Promise<TenantEditRequest['permission']> {
  const own = await tenants.findById(tenantId)
  if (own?.slug === slug) return 'settings:write'
  if (permissions.has('tenants:write')) return 'tenants:write'
  throw new NotFoundProblem()
}

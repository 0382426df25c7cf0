import { z } from 'zod'
import { type AccessRole, accessRoleScopes, isRoleName } from '../../domain/access/access-role.ts'
import { roleFaults } from '../../domain/access/role-policy.ts'
import type { UserViewer } from '../../domain/access/viewer.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import { InvalidInputProblem, NameTakenProblem } from '../../domain/problems.ts'
import type { TokenAccessRules } from '../../domain/tokens/token-access-rules.ts'
import type { FlowDeps } from '../flow-deps.ts'
import {
  type AccessChange,
  type CommitAccessChangeDeps,
  commitAccessChange,
  requireInstallation,
} from '../steps/access/access-change.ts'
import { accessDescription } from '../steps/access/access-input.ts'
import { saveRole } from '../steps/access/change-role.ts'
import { findHeldBesides } from '../steps/access/held-besides.ts'
import { parseInput } from '../steps/input.ts'
import { type CountedRole, countedRoles } from './find-access-roles.ts'

const maxNames = 200
const rules = z.object({
  name: z.string(),
  description: accessDescription,
  permissions: z.array(z.string()).max(maxNames, `At most ${maxNames} names.`).nullish(),
  scope: z.enum(accessRoleScopes),
  isDefault: z.boolean().nullish(),
})
type RoleInput = z.output<typeof rules>

export type DefineRoleInput = z.input<typeof rules>

type DefineRoleDeps = CommitAccessChangeDeps & Pick<FlowDeps, 'access' | 'tokenAccess' | 'ids'>

/**
 * Creates or replaces a role of the installation or of the viewer's tenant. Absent fields of an existing role stay.
 * @throws ForbiddenError for a role of the installation outside of the default tenant, NameTakenProblem,
 * InvalidInputProblem, and the errors of commitAccessChange
 */
export function createDefineRole(deps: DefineRoleDeps) {
  return async function defineRole(
    raw: DefineRoleInput,
    viewer: UserViewer,
    origin: Origin,
  ): Promise<CountedRole> {
    if (raw.scope === 'INSTALLATION') requireInstallation(viewer)
    const tenantId = raw.scope === 'INSTALLATION' ? null : viewer.tenantId
    const saved = await commitAccessChange(deps, { viewer, origin }, async (change) => {
      const input = parseInput(rules, raw)
      const known = await findKnown(change, input.name, tenantId)
      const wanted = merged(input, { tenantId, known, newId: deps.ids.next() })
      await requireValid(deps.tokenAccess, change, wanted, known)
      const role = { ...wanted, permissions: [...new Set(wanted.permissions)].sort() }
      return { result: role, revocation: await saveRole(change, role, known) }
    })
    const [role] = countedRoles(deps.access, [saved], viewer.tenantId)
    if (role === undefined) throw new Error('The saved role is missing.')
    return role
  }
}

/** The role with that name and scope; null if it is new. @throws NameTakenProblem if the name belongs to a role of the other scope */
async function findKnown(
  { stores }: AccessChange,
  name: string,
  tenantId: string | null,
): Promise<AccessRole | null> {
  if (!isRoleName(name)) return null
  const named = await stores.access.findRolesNamed(name)
  const known = named.find((role) => role.tenantId === tenantId)
  if (known !== undefined) return known
  if (tenantId !== null && named.some((role) => role.tenantId === null))
    throw new NameTakenProblem('The installation has a role with this name. Choose another name.')
  if (tenantId === null && named.length > 0)
    throw new NameTakenProblem(
      `Tenants have a role with this name (${named.length}). Choose another name, or remove theirs first.`,
    )
  return null
}

interface Merge {
  readonly tenantId: string | null
  readonly known: AccessRole | null
  readonly newId: string
}

function merged(input: RoleInput, { tenantId, known, newId }: Merge): AccessRole {
  const { name, description = known?.description ?? null } = input
  return {
    id: known?.id ?? newId,
    tenantId,
    name,
    description,
    permissions: input.permissions ?? known?.permissions ?? [],
    isDefault: input.isDefault ?? known?.isDefault ?? false,
  }
}

async function requireValid(
  { claims, maxBytes }: TokenAccessRules,
  { stores: { access } }: AccessChange,
  role: AccessRole,
  known: AccessRole | null,
): Promise<void> {
  const roles = await access.listRoles(role.tenantId)
  const issues = roleFaults(role, {
    known,
    permissions: await access.listPermissions(),
    others: roles.filter(({ id }) => id !== role.id),
    combinations: await findHeldBesides(access, claims, role.id),
    maxBytes,
  })
  if (issues.length > 0) throw new InvalidInputProblem(issues)
}

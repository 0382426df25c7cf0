import type { AccessPermission } from '../../domain/access/access-permission.ts'
import {
  type AccessMistake,
  type AccessPlan,
  planAccess,
  type StoredAccess,
  type WantedAccess,
  type WantedRole,
} from '../../domain/access/access-plan.ts'
import type { AccessStore } from '../../domain/access/access-store.ts'
import type { HeldBesides } from '../../domain/access/role-policy.ts'
import { ownOrigin } from '../../domain/origin/origin.ts'
import type { TenantStore } from '../../domain/tenants/tenant-store.ts'
import type { TokenAccessRules } from '../../domain/tokens/token-access-rules.ts'
import type { FlowDeps } from '../flow-deps.ts'
import type { AccessActor, AccessChange } from '../steps/access/access-change.ts'
import { removePermissionFrom, savePermission } from '../steps/access/change-permission.ts'
import { removeRoleFrom, saveRole } from '../steps/access/change-role.ts'
import { findHeldBesides } from '../steps/access/held-besides.ts'
import type { AccessFile } from './access-file.ts'

const operator: AccessActor = {
  userId: null,
  origin: ownOrigin('access apply'),
  reason: 'APPLIED_BY_OPERATOR',
}

export type ApplyAccessDeps = Pick<FlowDeps, 'transaction' | 'access' | 'audit' | 'clock' | 'ids'> &
  TenantsDeps &
  TokenRoom

interface TokenRoom {
  readonly tokenAccess: TokenAccessRules
}

interface TenantsDeps {
  readonly tenants: Pick<TenantStore, 'findBySlug' | 'list'>
}

/**
 * Compares a file with the stored permissions and roles, and applies the difference in one transaction. Equal runs change
 * nothing. Tokens with changed roles are refused within a second, as every process reads the revocations.
 */
export function createApplyAccess(deps: ApplyAccessDeps) {
  return {
    /** What the file would change; nothing is written. */
    planAccess: async (file: AccessFile, prune: boolean): Promise<AccessPlan> =>
      plan(deps, deps.access, await resolveTenants(deps, file), prune),
    /** Applies the file, if it has no mistakes and still changes what `agreed` says. Returns the plan; null: it differs. */
    applyAccess: async (file: AccessFile, prune: boolean, agreed: AccessPlan): Promise<AccessPlan | null> => {
      const resolved = await resolveTenants(deps, file)
      return deps.transaction(async (stores) => {
        await stores.access.lockChanges()
        const now = await plan(deps, stores.access, resolved, prune)
        if (now.mistakes.length > 0 || summaryOf(now) !== summaryOf(agreed)) return null
        await carryOut({ stores, audit: deps.audit, actor: operator, now: deps.clock.now() }, now, prune)
        return now
      })
    },
  }
}

async function plan(
  { ids, tokenAccess }: Pick<ApplyAccessDeps, 'ids' | 'tokenAccess'>,
  access: AccessStore,
  { wanted, mistakes }: ResolvedFile,
  prune: boolean,
): Promise<AccessPlan> {
  const roles = await access.listAllRoles()
  const isWanted = (role: (typeof roles)[number]) =>
    wanted.roles.some((one) => one.name === role.name && one.tenantId === role.tenantId)
  const combinations = new Map<string, readonly HeldBesides[]>()
  for (const { id } of roles.filter(isWanted))
    combinations.set(id, await findHeldBesides(access, tokenAccess.claims, id))
  const stored: StoredAccess = {
    permissions: await access.listPermissions(),
    roles,
    combinations,
    maxBytes: tokenAccess.maxBytes,
  }
  const planned = planAccess(wanted, stored, { prune, newId: () => ids.next() })
  const all = [...mistakes, ...planned.mistakes]
  return { ...planned, mistakes: all.sort((one, other) => one.line - other.line) }
}

/** A file with the ids of tenants. */
interface ResolvedFile {
  readonly wanted: WantedAccess
  readonly mistakes: readonly AccessMistake[]
}

/** Runs before the transaction, since the embedded database has one connection. */
async function resolveTenants(
  { tenants }: Pick<ApplyAccessDeps, 'tenants'>,
  { permissions, roles, owners }: AccessFile,
): Promise<ResolvedFile> {
  const ids = new Map<string | null, string | null>()
  const mistakes: AccessMistake[] = []
  for (const { tenant, line } of owners) {
    const found = tenant === null ? null : await tenants.findBySlug(tenant)
    if (tenant !== null && found === null)
      mistakes.push({
        line,
        name: `tenants.${tenant}`,
        code: 'UNKNOWN_TENANT',
        message: 'The tenant does not exist.',
      })
    else ids.set(tenant, found?.id ?? null)
  }
  const known = roles.flatMap(({ tenant, ...role }) => {
    const tenantId = ids.get(tenant)
    return tenantId === undefined ? [] : [{ ...role, tenantId }]
  })
  return { wanted: { permissions, roles: known, owners: new Set(ids.values()) }, mistakes }
}

/** Removes roles before it adds others, so that a name can move; takes permissions away last, when the roles are as the file says. */
async function carryOut(change: AccessChange, planned: AccessPlan, prune: boolean): Promise<void> {
  const { access } = change.stores
  for (const { wanted, known } of planned.permissions) await savePermission(change, wanted, known)
  for (const role of prune ? planned.extraRoles : []) {
    await access.lockRole(role.id)
    await removeRoleFrom(change, role, (await access.countHolders([role.id], null)).get(role.id) ?? null)
  }
  for (const { wanted, known } of planned.roles) await saveRole(change, wanted, known)
  for (const { name } of prune ? planned.extraPermissions : [])
    await removePermissionFrom(change, name, await access.usesOfPermission(name, change.now))
}

/** Equal for plans that change the same. Ids of new roles differ each time. */
function summaryOf({ permissions, roles, extraPermissions, extraRoles }: AccessPlan): string {
  const newRoles = roles.map(({ wanted: { id: _id, ...wanted }, known }) => ({ wanted, known }))
  return JSON.stringify({ permissions, newRoles, extraPermissions, extraRoles })
}

/** The state of an installation, as a file describes it. */
export interface AccessState {
  readonly permissions: readonly AccessPermission[]
  readonly roles: readonly (Omit<WantedRole, 'tenantId' | 'line' | 'path' | 'permissionLines'> & {
    readonly tenant: string | null
  })[]
}

/** Reads the permissions and roles of the installation and of all tenants. */
export function createShowAccess(deps: Pick<FlowDeps, 'access'> & TenantsDeps) {
  return async function showAccess(): Promise<AccessState> {
    const slugs = new Map((await deps.tenants.list()).map(({ id, slug }) => [id, slug]))
    const roles = (await deps.access.listAllRoles()).map(({ id: _id, tenantId, ...role }) => {
      return { ...role, tenant: tenantId === null ? null : (slugs.get(tenantId) ?? tenantId) }
    })
    return { permissions: await deps.access.listPermissions(), roles }
  }
}

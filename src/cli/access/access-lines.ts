import type { AccessPlan } from '../../domain/access/access-plan.ts'

/** One difference between a file and what is stored, for people and for programs. */
export interface AccessDifference {
  readonly action: 'ADD' | 'CHANGE' | 'REMOVE'
  readonly kind: 'PERMISSION' | 'ROLE'
  readonly name: string
  /** Id of the tenant of a role; null for the installation. */
  readonly tenantId: string | null
  /** What changes, in words. Empty for a removal. */
  readonly changes: readonly string[]
}

/** The differences of a plan. Removals are among them if what the file does not list is removed. */
export function differencesOf(plan: AccessPlan, prune: boolean): readonly AccessDifference[] {
  return [
    ...plan.permissions.map(({ wanted, known }): AccessDifference => {
      const changes = changedFields(known, wanted, ['description', 'tenantGrantable'])
      const loses = known?.tenantGrantable === true && !wanted.tenantGrantable
      const notes = loses ? ['roles of tenants lose it'] : []
      return {
        ...headOf(known, 'PERMISSION', { ...wanted, tenantId: null }),
        changes: [...changes, ...notes],
      }
    }),
    ...plan.roles.map(({ wanted, known }): AccessDifference => {
      const before = known?.permissions ?? []
      const changes = [
        ...wanted.permissions.filter((name) => !before.includes(name)).map((name) => `+${name}`),
        ...before.filter((name) => !wanted.permissions.includes(name)).map((name) => `-${name}`),
        ...changedFields(known, wanted, ['description', 'isDefault']),
      ]
      return { ...headOf(known, 'ROLE', wanted), changes }
    }),
    ...(prune ? extrasOf(plan) : []),
  ]
}

/** What is stored but not in the lists of the file. */
export function extrasOf({ extraPermissions, extraRoles }: AccessPlan): readonly AccessDifference[] {
  const removal = { action: 'REMOVE', changes: [] } as const
  return [
    ...extraRoles.map(({ name, tenantId }) => ({ ...removal, kind: 'ROLE' as const, name, tenantId })),
    ...extraPermissions.map(({ name }) => ({
      ...removal,
      kind: 'PERMISSION' as const,
      name,
      tenantId: null,
    })),
  ]
}

const signs = { ADD: '+', CHANGE: '~', REMOVE: '-' } as const

/** A difference as one line. `slugs`: of the tenants by id. */
export function lineOf(
  { action, kind, name, tenantId, changes }: AccessDifference,
  slugs: ReadonlyMap<string, string>,
): string {
  const owner = tenantId === null ? '' : ` of tenant ${slugs.get(tenantId) ?? tenantId}`
  const what = changes.length === 0 ? '' : `: ${changes.join(' ')}`
  return `${signs[action]} ${kind.toLowerCase()} ${name}${owner}${what}`
}

type Head = Pick<AccessDifference, 'action' | 'kind' | 'name' | 'tenantId'>

function headOf(
  known: object | null,
  kind: AccessDifference['kind'],
  { name, tenantId }: Pick<AccessDifference, 'name' | 'tenantId'>,
): Head {
  return { action: known === null ? 'ADD' : 'CHANGE', kind, name, tenantId }
}

function changedFields<T extends object>(known: T | null, wanted: T, fields: readonly (keyof T & string)[]) {
  return fields
    .filter((field) => (known === null ? Boolean(wanted[field]) : known[field] !== wanted[field]))
    .map((field) => `${field}=${JSON.stringify(wanted[field])}`)
}

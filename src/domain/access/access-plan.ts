import { type AccessPermission, maxAccessPermissions, permissionNameFault } from './access-permission.ts'
import { type AccessRole, scopeOfRole } from './access-role.ts'
import { type HeldBesides, roleFaults } from './role-policy.ts'

/** A permission of a file. */
export interface WantedPermission extends AccessPermission {
  /** Its place in the file, such as `permissions.posts:read`. */
  readonly path: string
  readonly line: number
}

/** A role of a file. */
export interface WantedRole extends Omit<AccessRole, 'id'> {
  /** Its place in the file, such as `tenants.acme.roles.author`. */
  readonly path: string
  readonly line: number
  /** The lines of its permissions. */
  readonly permissionLines: readonly number[]
}

/** Permissions and roles as a file describes them. A list that the file does not have is null: nothing of it is removed. */
export interface WantedAccess {
  readonly permissions: readonly WantedPermission[] | null
  readonly roles: readonly WantedRole[]
  /** Whose roles the file lists: tenants, and the installation as null. */
  readonly owners: ReadonlySet<string | null>
}

/** What is stored. */
export interface StoredAccess {
  readonly permissions: readonly AccessPermission[]
  /** Of the installation and of all tenants. */
  readonly roles: readonly AccessRole[]
  /** What holders of a role have in their tokens besides it, by the id of the role. */
  readonly combinations: ReadonlyMap<string, readonly HeldBesides[]>
  /** Maximum size of what the application puts into an access token. */
  readonly maxBytes: number
}

/** A place of the file that is wrong. */
export interface AccessMistake {
  readonly line: number
  /** The path to the place, such as `roles.editor`. */
  readonly name: string
  readonly code: string
  readonly message: string
}

/** What a file would change. `known` is the stored state; null: it is new. */
export interface AccessPlan {
  readonly permissions: readonly {
    readonly wanted: AccessPermission
    readonly known: AccessPermission | null
  }[]
  readonly roles: readonly { readonly wanted: AccessRole; readonly known: AccessRole | null }[]
  /** Stored, but not in the lists of the file. */
  readonly extraPermissions: readonly AccessPermission[]
  readonly extraRoles: readonly AccessRole[]
  readonly mistakes: readonly AccessMistake[]
}

interface PlanOptions {
  /** Whether what the file does not list is removed. */
  readonly prune: boolean
  readonly newId: () => string
}

/** Compares a file with what is stored. Items that are equal are left out. */
export function planAccess(wanted: WantedAccess, stored: StoredAccess, options: PlanOptions): AccessPlan {
  const extraRoles = stored.roles.filter(
    (role) => wanted.owners.has(role.tenantId) && !wanted.roles.some((one) => isSameRole(one, role)),
  )
  const listed = wanted.permissions
  const extraPermissions =
    listed === null ? [] : stored.permissions.filter(({ name }) => !listed.some((one) => one.name === name))
  const planned = wanted.roles.map((place) => {
    const known = stored.roles.find((one) => isSameRole(place, one)) ?? null
    return { place, known, wanted: toRole(place, known?.id ?? options.newId()) }
  })
  const after = {
    permissions: [
      ...stored.permissions.filter(
        (permission) =>
          !(listed ?? []).some(({ name }) => name === permission.name) &&
          !(options.prune && extraPermissions.includes(permission)),
      ),
      ...(listed ?? []),
    ],
    roles: [
      ...stored.roles.filter(
        (role) =>
          !wanted.roles.some((one) => isSameRole(one, role)) && !(options.prune && extraRoles.includes(role)),
      ),
      ...planned.map((one) => one.wanted),
    ],
  }
  return {
    permissions: (listed ?? []).flatMap(({ line: _line, path: _path, ...permission }) => {
      const known = stored.permissions.find(({ name }) => name === permission.name) ?? null
      return known !== null && isEqual(known, permission) ? [] : [{ wanted: permission, known }]
    }),
    roles: planned.flatMap(({ wanted: role, known }) =>
      known !== null && isEqual(known, role) ? [] : [{ wanted: role, known }],
    ),
    extraPermissions,
    extraRoles,
    mistakes: [
      ...permissionMistakes(listed ?? [], after.permissions.length),
      ...planned.flatMap((one) => roleMistakes(one, { ...stored, ...after })),
    ],
  }
}

type RoleKey = Pick<AccessRole, 'name' | 'tenantId'>

function isSameRole(one: RoleKey, other: RoleKey): boolean {
  return one.name === other.name && one.tenantId === other.tenantId
}

function isEqual(one: object, other: object): boolean {
  const sorted = (value: object) => JSON.stringify(Object.entries(value).sort())
  return sorted(one) === sorted(other)
}

function toRole({ tenantId, name, description, permissions, isDefault }: WantedRole, id: string): AccessRole {
  return { id, tenantId, name, description, permissions: [...new Set(permissions)].sort(), isDefault }
}

const permissionFaults = {
  INVALID_NAME:
    'Must be two words with a colon, such as posts:write: lower-case letters, digits and hyphens.',
  RESERVED_NAME: 'The prefix is reserved for built-in permissions. Choose another one.',
} as const

function permissionMistakes(listed: readonly WantedPermission[], total: number): readonly AccessMistake[] {
  const mistakes = listed.flatMap(({ name, line, path }): AccessMistake[] => {
    const code = permissionNameFault(name)
    return code === null ? [] : [{ line, name: path, code, message: permissionFaults[code] }]
  })
  const last = listed.at(-1)
  if (last === undefined || total <= maxAccessPermissions) return mistakes
  const message = `There would be ${total} permissions. The maximum is ${maxAccessPermissions}.`
  return [...mistakes, { line: last.line, name: last.path, code: 'TOO_MANY', message }]
}

interface PlannedRole {
  readonly place: WantedRole
  readonly known: AccessRole | null
  readonly wanted: AccessRole
}

function roleMistakes(
  { place, known, wanted: role }: PlannedRole,
  after: StoredAccess,
): readonly AccessMistake[] {
  const { name, line } = place
  const others = after.roles.filter((one) => one.id !== role.id)
  const taken = others.some((one) => one.name === name && scopeOfRole(one) !== scopeOfRole(role))
  const message =
    role.tenantId === null
      ? 'A tenant has a role with this name. Remove it first, or choose another name.'
      : 'The installation has a role with this name. Choose another name.'
  const faults = roleFaults(place, {
    known,
    permissions: after.permissions,
    others: others.filter(({ tenantId }) => tenantId === null || tenantId === role.tenantId),
    combinations: after.combinations.get(role.id) ?? [],
    maxBytes: after.maxBytes,
  })
  return [
    ...(taken ? [{ line, name: place.path, code: 'NAME_TAKEN', message }] : []),
    ...faults.map(({ path: [, index], code, message }) => {
      return {
        line: (index && place.permissionLines[Number(index)]) || line,
        name: place.path,
        code,
        message,
      }
    }),
  ]
}

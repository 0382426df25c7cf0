import type { JsonObject } from '../../lib/text/json.ts'
import { accessPermissionsOf, accessRolesOf, type GrantedRole, type OwnerAccess } from './owner-access.ts'
import { accessBytes } from './token-bounds.ts'

/** What the tokens of a user should contain. */
export interface WantedAccess {
  readonly builtInPermissions: readonly string[]
  readonly access: OwnerAccess | null
  /** Mapped claims by name, the most important one first. */
  readonly claims: JsonObject
}

/** What they contain. */
export interface FittedAccess {
  readonly permissions: readonly string[]
  readonly access: OwnerAccess | null
  readonly claims: JsonObject
  /** Names of what was left out. */
  readonly leftOut: { readonly claims: readonly string[]; readonly roles: readonly string[] }
}

/**
 * Leaves out what does not fit into that number of bytes: mapped claims from the last to the first, then roles from the last to the first
 * with the permissions that no other role grants. Built-in permissions always stay.
 */
export function fitTokenAccess(wanted: WantedAccess, maxBytes: number): FittedAccess {
  const { access, builtInPermissions } = wanted
  const leftOutNothing = { claims: [], roles: [] }
  const claims = Object.entries(wanted.claims)
  if (access === null && claims.length === 0)
    return { permissions: builtInPermissions, access, claims: {}, leftOut: leftOutNothing }
  const roles = [...(wanted.access?.roles ?? [])]
  const leftOut: { claims: string[]; roles: string[] } = { claims: [], roles: [] }
  for (;;) {
    const fitted = assemble(wanted, roles, Object.fromEntries(claims))
    if (bytesOf(fitted) <= maxBytes) return { ...fitted, leftOut }
    const claim = claims.pop()
    const role = claim === undefined ? roles.pop() : undefined
    if (claim === undefined && role === undefined) return { ...fitted, leftOut }
    if (claim !== undefined) leftOut.claims.push(claim[0])
    if (role !== undefined) leftOut.roles.push(role.name)
  }
}

function assemble(
  { builtInPermissions, access }: WantedAccess,
  roles: readonly GrantedRole[],
  claims: JsonObject,
) {
  const kept = access === null || roles.length === 0 ? null : { ...access, roles: [...roles] }
  return { permissions: [...builtInPermissions, ...accessPermissionsOf(kept)], access: kept, claims }
}

function bytesOf({ permissions, access, claims }: Omit<FittedAccess, 'leftOut'>): number {
  return accessBytes({ permissions, roles: accessRolesOf(access), claims })
}

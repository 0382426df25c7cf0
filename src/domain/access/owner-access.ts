/** What the application's roles grant to one user. */
export interface OwnerAccess {
  /** The version of all roles and permissions from which this was read, in one snapshot: the claim `acv`. */
  readonly version: number
  /** By name. Never empty: a user without roles has no OwnerAccess. */
  readonly roles: readonly GrantedRole[]
}

export interface GrantedRole {
  readonly name: string
  readonly permissions: readonly string[]
}

/** The permissions that the roles grant, each once, in alphabetical order. */
export function accessPermissionsOf(access: OwnerAccess | null): readonly string[] {
  return [...new Set(access?.roles.flatMap(({ permissions }) => permissions))].sort()
}

/** The names of the roles. */
export function accessRolesOf(access: OwnerAccess | null): readonly string[] {
  return access?.roles.map(({ name }) => name) ?? []
}

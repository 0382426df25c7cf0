import type { AccessRole } from '../../../domain/access/access-role.ts'
import { accessRolesOf, type GrantedRole } from '../../../domain/access/owner-access.ts'
import { accessOfAdministrator, assertFitsToken } from '../../../domain/access/token-bounds.ts'
import { InvalidInputProblem } from '../../../domain/problems.ts'
import { assertMappable, mappedClaims } from '../../../domain/tokens/mapped-claim.ts'
import type { TokenAccessRules } from '../../../domain/tokens/token-access-rules.ts'
import type { FlowDeps } from '../../flow-deps.ts'
import type { ImportRow } from './import-rows.ts'

export type ImportAccessDeps = Pick<FlowDeps, 'access' | 'userAccess'> & {
  /** Called for rows with roles or metadata only: it requires the configuration of the service. */
  readonly openTokenAccess: () => TokenAccessRules
}

/** What accounts of a tenant can get. */
interface TenantAccess {
  readonly roles: ReadonlyMap<string, AccessRole>
  readonly defaults: readonly string[]
}

/** Decides on the roles of imported accounts. The roles of each tenant are read once. */
export class ImportAccess {
  readonly #deps: ImportAccessDeps
  readonly #tenants = new Map<string, Promise<TenantAccess>>()
  #rules: TokenAccessRules | null = null

  constructor(deps: ImportAccessDeps) {
    this.#deps = deps
  }

  /**
   * The roles of a row, or the default roles if it names none.
   * @throws InvalidInputProblem also if access tokens cannot carry the roles and the mapped metadata
   */
  async rolesOf(row: ImportRow, tenantId: string): Promise<readonly string[]> {
    const { roles, defaults } = await this.#accessOf(tenantId)
    if (row.roles == null && row.metadata == null) return defaults
    const names = row.roles ?? defaults
    const granted = names.flatMap((name) => roles.get(name) ?? [])
    if (granted.length < names.length) throw unknownRoles(names, roles)
    this.#checkTokens(row, granted)
    return names
  }

  #checkTokens({ roles, metadata }: ImportRow, granted: readonly GrantedRole[]): void {
    this.#rules ??= this.#deps.openTokenAccess()
    const { claims: mappings, maxBytes } = this.#rules
    assertMappable(mappings, metadata ?? {})
    const content = accessOfAdministrator(granted, mappedClaims(mappings, metadata ?? {}))
    assertFitsToken(content, maxBytes, [roles == null ? 'metadata' : 'roles'])
  }

  #accessOf(tenantId: string): Promise<TenantAccess> {
    const known = this.#tenants.get(tenantId) ?? this.#read(tenantId)
    this.#tenants.set(tenantId, known)
    return known
  }

  async #read(tenantId: string): Promise<TenantAccess> {
    const roles = await this.#deps.access.listRoles(tenantId)
    const defaults = accessRolesOf(await this.#deps.userAccess.findDefaults(tenantId))
    return { roles: new Map(roles.map((role) => [role.name, role])), defaults }
  }
}

function unknownRoles(given: readonly string[], known: ReadonlyMap<string, AccessRole>): InvalidInputProblem {
  const message = 'The tenant has no role with this name.'
  return new InvalidInputProblem(
    given.flatMap((name, index) =>
      known.has(name) ? [] : [{ path: ['roles', String(index)], code: 'UNKNOWN_ROLE', message }],
    ),
  )
}

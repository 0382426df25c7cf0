import type { AccessHolder, AccessRevocation } from './revocation.ts'

interface Entry {
  readonly minimumVersion: number
  readonly expiresAtMs: number
}

type ByRole = Map<string | null, Entry>

/** ACCESS revocations in memory: one entry for each tenant and role, whatever the number of holders and of changes. */
export class AccessRevocations {
  /** The key null stands for every tenant, or every role. */
  readonly #byTenant = new Map<string | null, ByRole>()

  /** Adds a revocation. If there is one of the same tenant and role, the later expiry and the higher version count. */
  add({ tenantId, role, minimumAccessVersion }: AccessRevocation, expiresAtMs: number): void {
    const roles: ByRole = this.#byTenant.get(tenantId) ?? new Map()
    const known = roles.get(role)
    roles.set(role, {
      minimumVersion: Math.max(minimumAccessVersion, known?.minimumVersion ?? 0),
      expiresAtMs: Math.max(expiresAtMs, known?.expiresAtMs ?? 0),
    })
    this.#byTenant.set(tenantId, roles)
  }

  /** Whether that revocation changes nothing. */
  has({ tenantId, role, minimumAccessVersion }: AccessRevocation): boolean {
    const known = this.#byTenant.get(tenantId)?.get(role)
    return known !== undefined && known.minimumVersion >= minimumAccessVersion
  }

  /** Whether a role of the holder was read before a change of it. False at once for holders without roles. */
  match({ tenantId, accessRoles, accessVersion }: AccessHolder): boolean {
    if (accessVersion === null || this.#byTenant.size === 0) return false
    return [null, tenantId].some((tenant) => {
      const roles = this.#byTenant.get(tenant)
      if (roles === undefined) return false
      const isOlder = (role: string | null) => accessVersion < (roles.get(role)?.minimumVersion ?? 0)
      return isOlder(null) || accessRoles.some(isOlder)
    })
  }

  /** Removes expired revocations. */
  forget(nowMs: number): void {
    for (const [tenantId, roles] of this.#byTenant) {
      for (const [role, { expiresAtMs }] of roles) if (expiresAtMs <= nowMs) roles.delete(role)
      if (roles.size === 0) this.#byTenant.delete(tenantId)
    }
  }
}

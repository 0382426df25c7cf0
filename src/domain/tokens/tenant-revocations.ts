import type { TenantHolder, TenantRevocation } from './revocation.ts'

interface Entry {
  /** The newest known version of the tenant. */
  readonly version: number
  /** The newest known version that refuses tokens; 0 if there is none. */
  readonly refusingVersion: number
  /** Milliseconds since 1970; null: no token is refused. */
  readonly issuedBeforeMs: number | null
  readonly expiresAtMs: number
}

const nothing: Entry = { version: 0, refusingVersion: 0, issuedBeforeMs: null, expiresAtMs: 0 }

/**
 * TENANT revocations in memory, one entry for each tenant, whatever the order in which they arrive. A later revocation that refuses
 * no token does not withdraw one that does.
 */
export class TenantRevocations {
  readonly #byTenant = new Map<string, Entry>()

  add({ tenantId, tenantVersion, issuedBefore }: TenantRevocation, expiresAtMs: number): void {
    const known = this.#byTenant.get(tenantId) ?? nothing
    const refusing =
      issuedBefore !== null && tenantVersion >= known.refusingVersion
        ? { refusingVersion: tenantVersion, issuedBeforeMs: issuedBefore.getTime() }
        : {}
    this.#byTenant.set(tenantId, {
      ...known,
      ...refusing,
      version: Math.max(known.version, tenantVersion),
      expiresAtMs: Math.max(known.expiresAtMs, expiresAtMs),
    })
  }

  /** Whether that revocation changes nothing. */
  has({ tenantId, tenantVersion, issuedBefore }: TenantRevocation): boolean {
    const known = this.#byTenant.get(tenantId) ?? nothing
    return (issuedBefore === null ? known.version : known.refusingVersion) >= tenantVersion
  }

  /** The newest known version of a tenant; 0 if no recent change is known. */
  versionOf(tenantId: string): number {
    return this.#byTenant.get(tenantId)?.version ?? 0
  }

  /** Whether the token was issued before the last deactivation or reactivation of its tenant. */
  match({ tenantId, issuedAt }: TenantHolder): boolean {
    const issuedBeforeMs = this.#byTenant.get(tenantId)?.issuedBeforeMs ?? null
    return issuedBeforeMs !== null && issuedAt.getTime() < issuedBeforeMs
  }

  /** Removes expired revocations. */
  forget(nowMs: number): void {
    for (const [tenantId, { expiresAtMs }] of this.#byTenant)
      if (expiresAtMs <= nowMs) this.#byTenant.delete(tenantId)
  }
}

import { defaultTenantId } from '../../../domain/access/permissions.ts'
import type { AuditEventType } from '../../../domain/audit/audit-event.ts'
import type { AuditRecorder } from '../../../domain/audit/audit-recorder.ts'
import { type Origin, ownOrigin } from '../../../domain/origin/origin.ts'
import type { Tenant } from '../../../domain/tenants/tenant.ts'
import { type Revocation, rememberedUntil, type TenantRevocation } from '../../../domain/tokens/revocation.ts'
import type { Stores } from '../../../domain/transaction.ts'
import type { JsonObject } from '../../../lib/text/json.ts'

/** Who changes a tenant. */
export interface TenantActor {
  /** Null: the operator. */
  readonly userId: string | null
  /** The tenant of the actor; of the operator: the default one. */
  readonly tenantId: string
  readonly origin: Origin
  readonly reason: string | null
}

/** A change of a tenant, in a transaction that has locked its row. The API and the command line use the same ones. */
export interface TenantEdit {
  readonly stores: Pick<Stores, 'tenants' | 'revocations' | 'audit'>
  readonly audit: AuditRecorder
  readonly actor: TenantActor
  readonly now: Date
}

/** The tenant after a change, and the revocation to announce after the commit; null if nothing has changed. */
export interface EditedTenant {
  readonly tenant: Tenant
  readonly revocation: Revocation | null
}

type TenantEventType = Extract<AuditEventType, `TENANT_${string}`>

/**
 * Records a change in the log of the tenant, and in that of the default tenant if someone else made it. The log of the tenant does not
 * say who: accounts of other tenants, their addresses and their devices are unknown there.
 */
export async function recordTenantEdit(
  { stores, audit, actor }: TenantEdit,
  type: TenantEventType,
  { id, slug }: Pick<Tenant, 'id' | 'slug'>,
  details: JsonObject = {},
): Promise<void> {
  const { userId: actorId, reason, origin } = actor
  const facts = { reason, details: { ...details, tenant: slug } }
  if (actor.tenantId === id)
    return stores.audit.append(audit.event(type, origin, { tenantId: id, actorId, ...facts }))
  const foreign = { tenantId: id, reason, details: { ...facts.details, by: 'INSTALLATION' } }
  await stores.audit.append(audit.event(type, ownOrigin(origin.requestId), foreign))
  await stores.audit.append(audit.event(type, origin, { tenantId: defaultTenantId, actorId, ...facts }))
}

/** Stores that copies of earlier versions are outdated, and that tokens which were issued before a time are refused. */
export async function outdateTenant(
  { stores, now }: TenantEdit,
  { id: tenantId, version: tenantVersion }: Tenant,
  issuedBefore: Date | null,
): Promise<TenantRevocation & Revocation> {
  const expiresAt = rememberedUntil(now)
  const revocation = { kind: 'TENANT', tenantId, tenantVersion, issuedBefore, expiresAt } as const
  await stores.revocations.insert(revocation)
  return revocation
}

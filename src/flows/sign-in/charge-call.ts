import type { LimitedCall } from '../../domain/rate-limits/limited-call.ts'
import { isTenantLimit } from '../../domain/tenants/setting-lists.ts'
import type { KnownTenant } from '../../domain/tenants/tenant-directory.ts'
import type { FlowDeps } from '../flow-deps.ts'
import { tenantSlug } from '../steps/input.ts'

/** A call of a field or an endpoint. */
export interface NamingCall extends LimitedCall {
  /** The slug of the tenant that the call names. Null: it concerns the tenant of the viewer, if there is one. */
  readonly tenant: string | null
  /** True: it is refused anyway, and is charged to the budgets of the configuration alone, which require no look-up. */
  readonly isRefused?: boolean
}

type ChargeCallDeps = Pick<FlowDeps, 'rateLimits' | 'tenantLimits' | 'tenants' | 'metrics'>

export type ChargeCall = ReturnType<typeof createChargeCall>

/**
 * Charges a call to the budgets of the configuration, then to the one of its tenant. A slug that no active tenant has opens no
 * counter. A call whose tenant only its use case finds is charged to the tenant there.
 * @throws RateLimitedProblem; UnavailableError if a call that checks credentials cannot be counted
 */
export function createChargeCall(deps: ChargeCallDeps) {
  return async function chargeCall(call: NamingCall): Promise<void> {
    await deps.rateLimits.charge(call)
    const { tenant: slug, limit, caller, checksCredentials } = call
    if (call.isRefused === true) return
    if (limit.tenantIsFound === true || !isTenantLimit(limit.name)) return
    const tenant = await findTenant(deps, slug, call)
    if (tenant === null) return
    const { origin, viewer } = caller
    const member = viewer !== null && viewer.tenantId === tenant.id ? viewer : null
    const refusal = await deps.tenantLimits.refusalOf({
      limit: limit.name,
      tenantId: tenant.id,
      budgets: tenant.rules.budgets,
      origin,
      userId: member?.userId ?? null,
      sessionId: member?.kind === 'USER' ? member.sessionId : null,
      checksCredentials,
    })
    if (refusal === null) return
    call.report.noteRefusal(refusal.retryAfterSeconds, 'tenant')
    throw refusal
  }
}

/** Without the tenant, a call cannot be counted: it is admitted unless it checks credentials. */
async function findTenant(
  { tenants, metrics }: ChargeCallDeps,
  slug: string | null,
  { caller: { viewer }, checksCredentials }: LimitedCall,
): Promise<KnownTenant | null> {
  try {
    if (slug === null) return viewer === null ? null : await tenants.findById(viewer.tenantId)
    const read = tenantSlug.safeParse(slug)
    return read.success ? await tenants.findActive(read.data) : null
  } catch (error) {
    metrics.count('limiter_failed', checksCredentials ? 'refused' : 'admitted')
    if (checksCredentials) throw error
    return null
  }
}

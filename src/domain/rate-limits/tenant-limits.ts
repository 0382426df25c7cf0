import { counterKey } from '../../lib/crypto/digest.ts'
import type { Origin } from '../origin/origin.ts'
import type { RateLimitedProblem } from '../problems.ts'
import type { ChargeCounter } from './charge-counter.ts'
import type { LimitRefusal } from './limit-refusal.ts'
import type { TenantBudgets, TenantLimitName } from './limits.ts'
import type { Charge } from './rate-limiter.ts'

export interface TenantLimitsDeps {
  readonly counter: ChargeCounter
  /** Key of the HMAC that gives the keys of counters. */
  readonly key: Uint8Array
  /** Called with each refusal. It must never throw and never wait. */
  refused(refusal: LimitRefusal): void
}

/** A call to a tenant. */
export interface TenantCall {
  readonly limit: TenantLimitName
  readonly tenantId: string
  readonly budgets: TenantBudgets
  readonly origin: Origin
  /** The authenticated caller, if they belong to the tenant; otherwise null. */
  readonly userId: string | null
  readonly sessionId: string | null
  /** Whether the call compares a secret. Such a call is refused if it cannot be counted; other calls are admitted. */
  readonly checksCredentials: boolean
}

/**
 * Budgets that all calls to a tenant share, in addition to those of the configuration, which are charged before: a caller whose
 * own budget is exhausted uses up no budget of a tenant. They apply even if the limits of the configuration are off, because they are settings of the
 * tenant. Callers see nothing of them before they are refused: they would reveal the volume of the tenant.
 */
export class TenantLimits {
  readonly #deps: TenantLimitsDeps

  constructor(deps: TenantLimitsDeps) {
    this.#deps = deps
  }

  /** @throws RateLimitedProblem; UnavailableError if a call that checks credentials cannot be counted */
  async charge(call: TenantCall): Promise<void> {
    const refusal = await this.refusalOf(call)
    if (refusal !== null) throw refusal
  }

  /** Charges the call and returns the refusal; null if the tenant has no such budget or admits the call. @throws UnavailableError as `charge` does */
  async refusalOf(call: TenantCall): Promise<RateLimitedProblem | null> {
    const { limit, tenantId, origin, userId, sessionId, checksCredentials } = call
    const { counter, key, refused } = this.#deps
    const charge = tenantCharge(key, call)
    if (charge === null) return null
    const standings = await counter.consume([charge])
    if (standings.includes(null)) counter.admitUncounted(checksCredentials)
    const refusal = counter.refusalOf(standings)
    if (refusal === null) return null
    refused({ budget: 'tenant', field: limit, origin, userId, tenantId, sessionId })
    return refusal.problem
  }
}

/** The charge to the budget of a tenant; null if it has none for the limit. `key` is that of the HMAC. */
export function tenantCharge(
  key: Uint8Array,
  { limit, tenantId, budgets }: Pick<TenantCall, 'limit' | 'tenantId' | 'budgets'>,
): Charge | null {
  const budget = budgets[limit]
  return budget === undefined
    ? null
    : { name: 'tenant', budget, key: counterKey(key, 'tenant', limit, tenantId) }
}

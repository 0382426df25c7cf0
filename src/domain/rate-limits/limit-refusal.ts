import type { Origin } from '../origin/origin.ts'
import type { ChargedName } from './limits.ts'

/** A call that a budget has refused. */
export interface LimitRefusal {
  readonly budget: ChargedName
  /** What was called. */
  readonly field: string
  readonly origin: Origin
  /** Who called; null for strangers. */
  readonly userId: string | null
  readonly tenantId: string | null
  readonly sessionId: string | null
}

import type { Origin } from '../origin/origin.ts'
import type { ChargedName } from './limits.ts'

/** A call that was refused by a budget. */
export interface LimitRefusal {
  readonly budget: ChargedName
  /** The name of the limit that the called field declares. */
  readonly field: string
  readonly origin: Origin
  /** The authenticated caller; null for requests without credentials. */
  readonly userId: string | null
  /** The tenant of the caller, or the one whose budget refused the call. */
  readonly tenantId: string | null
  readonly sessionId: string | null
}

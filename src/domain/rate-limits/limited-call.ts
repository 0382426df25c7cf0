import type { Viewer } from '../access/viewer.ts'
import type { Origin } from '../origin/origin.ts'
import type { LimitIdentifier } from './limit-identifier.ts'
import type { LimitReport } from './limit-report.ts'
import type { Limit, TenantBudgets } from './limits.ts'

/** The caller, as budgets distinguish callers. */
export interface Caller {
  readonly origin: Origin
  /** Null for requests without credentials. */
  readonly viewer: Viewer | null
}

/** A call to charge. */
export interface LimitedCall {
  readonly limit: Limit
  readonly caller: Caller
  /** The subject of budgets by identifier; null if the call contains no identifier. */
  readonly identifier: LimitIdentifier | null
  /** Whether the call compares a secret. Such a call is refused if it cannot be counted; other calls are admitted. */
  readonly checksCredentials: boolean
  readonly report: LimitReport
}

/** A text message to charge. */
export interface LimitedText {
  readonly caller: Caller
  /** E.164. */
  readonly phoneNumber: string
  /** The beginning of the number that stands for its country. */
  readonly phonePrefix: string
  /** Those of the caller's tenant. */
  readonly tenantBudgets: TenantBudgets
  readonly report: LimitReport
}

import type { AuditRecorder } from '../../../domain/audit/audit-recorder.ts'
import type { AuditSink } from '../../../domain/audit/audit-store.ts'
import type { LimitRefusal } from '../../../domain/rate-limits/limit-refusal.ts'
import { counterKey } from '../../../lib/crypto/digest.ts'
import { clientNetwork } from '../../../lib/network/client-network.ts'
import type { Logger } from '../../../lib/observation/logger.ts'
import type { Metrics } from '../../../lib/observation/metrics.ts'
import type { Clock } from '../../../lib/time/clock.ts'

export interface RecordRefusalDeps {
  readonly audit: AuditRecorder
  readonly auditSink: AuditSink
  /** Key of the HMAC that identifies callers. */
  readonly key: Uint8Array
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
}

/** Records that a limit has refused a call. Never throws and never waits. */
export type RecordRefusal = (refusal: LimitRefusal) => void

const spanMs = 60_000
/** Maximum number of callers that are distinguished in one span. Further callers are only counted in the metrics. */
const maxCallers = 10_000

/**
 * Writes one audit event a minute for each caller, budget and tenant, up to a maximum, so that a flood of calls cannot flood
 * the log.
 */
export function createRecordRefusal(deps: RecordRefusalDeps): RecordRefusal {
  const recent = new RecentCallers(deps)

  return function recordRefusal(refusal) {
    if (!recent.add(refusal)) return
    const { budget, field, origin, userId, tenantId, sessionId } = refusal
    const subject = { tenantId, userId, sessionId, details: { budget, field } }
    // The sink itself counts and logs events that it cannot keep.
    deps.auditSink
      .append(deps.audit.event('RATE_LIMITED', origin, subject))
      .catch((error) => deps.logger.debug({ error }, 'audit event of a refusal was not written'))
  }
}

/** The callers that have been recorded in the current span. */
class RecentCallers {
  readonly #deps: RecordRefusalDeps
  readonly #recorded = new Set<string>()
  #spanEndsMs = Number.NEGATIVE_INFINITY

  constructor(deps: RecordRefusalDeps) {
    this.#deps = deps
  }

  /** False if the caller has been recorded in this span, or the maximum is reached. */
  add({ budget, origin, userId, tenantId }: LimitRefusal): boolean {
    const { clock, key, metrics, logger } = this.#deps
    const nowMs = clock.monotonicMs()
    if (nowMs >= this.#spanEndsMs) {
      this.#recorded.clear()
      this.#spanEndsMs = nowMs + spanMs
    }
    const network = origin.address === null ? 'unknown' : clientNetwork(origin.address)
    const caller = counterKey(key, 'refusal', budget, userId ?? network, tenantId ?? '')
    if (this.#recorded.has(caller)) return false
    if (this.#recorded.size === maxCallers) {
      metrics.count('audit_lost', 'RATE_LIMITED')
      return false
    }
    this.#recorded.add(caller)
    if (this.#recorded.size === maxCallers)
      logger.warn(
        { callers: maxCallers },
        'maximum of refused callers reached: further ones are not recorded',
      )
    return true
  }
}

import type { AuditRecorder } from '../../domain/audit/audit-recorder.ts'
import type { AuditSink } from '../../domain/audit/audit-store.ts'
import type { LimitRefusal } from '../../domain/rate-limits/limit-refusal.ts'
import { clientNetwork } from '../../lib/client-network.ts'
import type { Clock } from '../../lib/clock.ts'
import { counterKey } from '../../lib/digest.ts'
import type { Logger } from '../../lib/logger.ts'
import type { Metrics } from '../../lib/metrics.ts'

export interface RecordRefusalDeps {
  readonly audit: AuditRecorder
  readonly auditSink: AuditSink
  /** Of the HMAC by which callers are told apart. */
  readonly key: Uint8Array
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
}

/** Writes down that a limit has refused a call. Never throws and never waits. */
export type RecordRefusal = (refusal: LimitRefusal) => void

const spanMs = 60_000
/** Callers that are told apart in one span; beyond that a flood is known well enough. */
const maxCallers = 10_000

/** One event a minute for each caller and budget, and a bound for all: a flood does not become one of the log. */
export function createRecordRefusal(deps: RecordRefusalDeps): RecordRefusal {
  let spanEndsMs = Number.NEGATIVE_INFINITY
  const told = new Set<string>()

  function isNews({ budget, origin, userId }: LimitRefusal): boolean {
    const nowMs = deps.clock.monotonicMs()
    if (nowMs >= spanEndsMs) {
      told.clear()
      spanEndsMs = nowMs + spanMs
    }
    const network = origin.address === null ? 'unknown' : clientNetwork(origin.address)
    const key = counterKey(deps.key, 'refusal', budget, userId ?? network)
    if (told.has(key)) return false
    if (told.size === maxCallers) {
      deps.metrics.count('audit_lost', 'RATE_LIMITED')
      return false
    }
    told.add(key)
    if (told.size === maxCallers)
      deps.logger.warn({ callers: maxCallers }, 'further callers that are refused are not written down')
    return true
  }

  return (refusal) => {
    if (!isNews(refusal)) return
    const { budget, field, origin, userId, tenantId, sessionId } = refusal
    const subject = { tenantId, userId, sessionId, details: { budget, field } }
    // What cannot be kept is counted and logged there.
    deps.auditSink
      .append(deps.audit.event('RATE_LIMITED', origin, subject))
      .catch((error) => deps.logger.debug({ error }, 'a refusal was not written down'))
  }
}

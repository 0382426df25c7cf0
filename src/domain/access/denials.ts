import type { Logger } from '../../lib/observation/logger.ts'
import type { Metrics } from '../../lib/observation/metrics.ts'
import { countOfTenant } from '../../lib/observation/metrics.ts'
import type { Clock } from '../../lib/time/clock.ts'
import { minuteMs } from '../../lib/time/duration.ts'
import type { ForbiddenError } from '../refusals.ts'
import type { Viewer } from './viewer.ts'

export interface DenialsDeps {
  readonly logger: Logger
  readonly metrics: Metrics
  readonly clock: Clock
}

/** An authenticated viewer was refused for lack of a permission. */
export interface Denial {
  readonly viewer: Viewer
  /** The root field, or the last segment of a URL path. It comes from the code, never from the request. */
  readonly field: string
  readonly requestId: string
  readonly reason: ForbiddenError['reason']
}

const maxLinesPerMinute = 10
/** Maximum number of viewers that are tracked in one minute; further viewers share one quota of lines. */
const maxViewers = 10_000

/**
 * Logs refusals for lack of a permission (OWASP ASVS 5.0, 16.3.2). Every refusal is counted in the metrics; log lines
 * are limited for each viewer, so that no one can fill the log.
 */
export class Denials {
  readonly #deps: DenialsDeps
  #minute = 0
  #lines = new Map<string, number>()

  constructor(deps: DenialsDeps) {
    this.#deps = deps
  }

  note({ viewer, field, requestId, reason }: Denial): void {
    const { logger, metrics } = this.#deps
    countOfTenant(metrics, 'denied', field, viewer.tenantId)
    const apiKeyId = viewer.kind === 'API_KEY' ? viewer.apiKeyId : null
    if (!this.#hasLine(apiKeyId ?? viewer.userId)) return
    logger.warn(
      { viewer: viewer.userId, apiKeyId, tenantId: viewer.tenantId, field, requestId, reason },
      'refused: the viewer lacks the permission',
    )
  }

  #hasLine(viewer: string): boolean {
    const minute = Math.floor(this.#deps.clock.monotonicMs() / minuteMs)
    if (minute !== this.#minute) this.#lines = new Map()
    this.#minute = minute
    const name = this.#lines.size < maxViewers || this.#lines.has(viewer) ? viewer : 'others'
    const lines = (this.#lines.get(name) ?? 0) + 1
    this.#lines.set(name, lines)
    return lines <= maxLinesPerMinute
  }
}

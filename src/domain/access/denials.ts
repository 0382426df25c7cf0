import type { Clock } from '../../lib/clock.ts'
import type { Logger } from '../../lib/logger.ts'
import type { Metrics } from '../../lib/metrics.ts'
import type { ForbiddenError } from '../refusals.ts'
import type { Viewer } from './viewer.ts'

export interface DenialsDeps {
  readonly logger: Logger
  readonly metrics: Metrics
  readonly clock: Clock
}

/** What somebody known was not allowed to do. */
export interface Denial {
  readonly viewer: Viewer
  /** The root field, or the last word of a path: a word of the program. */
  readonly field: string
  readonly requestId: string
  readonly reason: ForbiddenError['reason']
}

const linesPerMinute = 10
const minuteMs = 60_000
/** Of one minute; beyond that nobody is told apart any more, and all share the lines of one. */
const maxViewers = 10_000

/**
 * Hears of every refusal for want of a permission (OWASP ASVS 5.0, 16.3.2): somebody who tries what he may not is worth a
 * look. All are counted; lines are few for each viewer, so that nobody fills the log.
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
    metrics.count('denied', field)
    const apiKeyId = viewer.kind === 'API_KEY' ? viewer.apiKeyId : null
    if (!this.#hasLine(apiKeyId ?? viewer.userId)) return
    logger.warn(
      { viewer: viewer.userId, apiKeyId, tenant: viewer.tenantId, field, requestId, reason },
      'refused: the viewer may not do this',
    )
  }

  #hasLine(viewer: string): boolean {
    const minute = Math.floor(this.#deps.clock.monotonicMs() / minuteMs)
    if (minute !== this.#minute) this.#lines = new Map()
    this.#minute = minute
    const name = this.#lines.size < maxViewers || this.#lines.has(viewer) ? viewer : 'others'
    const lines = (this.#lines.get(name) ?? 0) + 1
    this.#lines.set(name, lines)
    return lines <= linesPerMinute
  }
}

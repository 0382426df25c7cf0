import type { Clock } from '../../../lib/clock.ts'
import type { Logger } from '../../../lib/logger.ts'
import type { RequestContexts } from '../../request/request-context.ts'
import type { HttpPlugin } from '../http-plugin.ts'

const maxPath = 128
const maxName = 64

export interface RequestLogDeps {
  readonly contexts: RequestContexts
  readonly clock: Clock
  readonly logger: Logger
}

/** One line per request, which a flood does not see at the usual level; never a query, a document, a variable or a header, which is where secrets travel. */
export function useRequestLog({ contexts, clock, logger }: RequestLogDeps): HttpPlugin {
  return {
    onResponse({ request, response }) {
      const { origin, path, operation, startedAtMs, limitReport, refusedUnread } = contexts.of(request)
      const line = {
        requestId: origin.requestId,
        method: request.method,
        path: path.slice(0, maxPath),
        operation: operation?.name?.slice(0, maxName) ?? null,
        status: response.status,
        durationMs: Math.round((clock.monotonicMs() - startedAtMs) * 100) / 100,
        address: origin.address,
        ...(limitReport.refusedBy === null ? {} : { limitedBy: limitReport.refusedBy }),
      }
      logger[refusedUnread || path.startsWith('/health/') ? 'debug' : 'info'](line, 'request')
    },
  }
}

import type { Logger } from '../../../lib/observation/logger.ts'
import type { Metrics } from '../../../lib/observation/metrics.ts'
import type { Clock } from '../../../lib/time/clock.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import { routeOf } from '../../request/routes.ts'
import type { HttpPlugin } from '../http-plugin.ts'

const maxPathLength = 128
const maxNameLength = 64

export interface RequestLogDeps {
  readonly contexts: RequestContexts
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
}

/**
 * One log line, one count and one duration per request. Refusals of a flood and health checks are logged at debug. A line never contains a query
 * string, document, variable or header, since they can carry secrets.
 */
export function useRequestLog({ contexts, clock, logger, metrics }: RequestLogDeps): HttpPlugin {
  return {
    onResponse({ request, response }) {
      metrics.count('http_responses', String(response.status))
      const { requestId, origin, path, operation, tenantId, startedAtMs, limitReport, refusedUnread } =
        contexts.of(request)
      const durationMs = clock.monotonicMs() - startedAtMs
      metrics.observe('http_request', durationMs / 1000, routeOf(path))
      const line: Record<string, unknown> = {
        requestId,
        method: request.method,
        path: path.slice(0, maxPathLength),
        operation: operation?.name?.slice(0, maxNameLength) ?? null,
        status: response.status,
        durationMs: Math.round(durationMs * 100) / 100,
        address: origin.address,
      }
      if (tenantId !== null) line.tenantId = tenantId
      if (limitReport.refusedBy !== null) line.limitedBy = limitReport.refusedBy
      logger[refusedUnread || path.startsWith('/health/') ? 'debug' : 'info'](line, 'request')
    },
  }
}

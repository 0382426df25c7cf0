import type { Secret } from '../../../lib/crypto/secret.ts'
import type { MetricsReport } from '../../../lib/observation/metrics.ts'
import { createMetricsAnswer, metricsPath } from '../../answer/metrics-answer.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import type { HttpPlugin } from '../http-plugin.ts'

/** The metrics of the process, and the token that gives access to them. */
export interface ShownMetrics {
  readonly report: MetricsReport
  readonly token: Secret
}

/** Serves `/metrics` to clients that have the token: attackers must not see the figures of their attacks. */
export function useMetrics(contexts: RequestContexts, shown: ShownMetrics): HttpPlugin {
  const answer = createMetricsAnswer(shown)
  return {
    onRequest({ request, endResponse }) {
      if (contexts.of(request).path !== metricsPath) return
      return answer(request.method, request.headers.get('authorization')).then(endResponse)
    },
  }
}

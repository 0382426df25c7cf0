import { isReady, type ReadinessCheck, shareChecks } from '../../../lib/observation/readiness.ts'
import { jsonResponse, methodNotAllowed } from '../../answer/json-response.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import type { DrainState } from '../drain-state.ts'
import type { HttpPlugin } from '../http-plugin.ts'

export interface HealthDeps {
  readonly contexts: RequestContexts
  readonly readiness: readonly ReadinessCheck[]
  readonly drain: DrainState
}

/**
 * `/health/live`: the process runs. `/health/ready`: 200 if the process can serve requests, 503 if it cannot or is
 * shutting down. The checks run in parallel; concurrent requests share their results.
 */
export function useHealth({ contexts, readiness, drain }: HealthDeps): HttpPlugin {
  const runChecks = shareChecks(readiness)
  return {
    async onRequest({ request, endResponse }) {
      const { path } = contexts.of(request)
      if (path !== '/health/live' && path !== '/health/ready') return
      if (request.method !== 'GET' && request.method !== 'HEAD')
        return endResponse(methodNotAllowed('GET, HEAD'))
      if (path === '/health/live') return endResponse(jsonResponse(200, { status: 'ok' }))
      const checks = await runChecks()
      const ready = !drain.started && isReady(checks)
      endResponse(jsonResponse(ready ? 200 : 503, { status: ready ? 'ok' : 'unavailable', checks }))
    },
  }
}

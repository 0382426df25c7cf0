import { isReady, type ReadinessCheck, shareChecks } from '../../../lib/readiness.ts'
import { jsonResponse } from '../../answer/json-response.ts'
import type { RequestContexts } from '../../request/request-context.ts'
import type { DrainState } from '../drain-state.ts'
import type { HttpPlugin } from '../http-plugin.ts'

export interface HealthDeps {
  readonly contexts: RequestContexts
  readonly readiness: readonly ReadinessCheck[]
  readonly drain: DrainState
}

/**
 * `/health/live`: the process runs. `/health/ready`: it can answer, 503 when it cannot or is about to stop. The
 * checks run at once and are shared by everybody who asks meanwhile.
 */
export function useHealth({ contexts, readiness, drain }: HealthDeps): HttpPlugin {
  const runChecks = shareChecks(readiness)
  return {
    async onRequest({ request, endResponse }) {
      const { path } = contexts.of(request)
      if (path !== '/health/live' && path !== '/health/ready') return
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        return endResponse(jsonResponse(405, { error: 'Method not allowed.' }, { allow: 'GET, HEAD' }))
      }
      if (path === '/health/live') return endResponse(jsonResponse(200, { status: 'ok' }))
      const checks = await runChecks()
      const ready = !drain.started && isReady(checks)
      endResponse(jsonResponse(ready ? 200 : 503, { status: ready ? 'ok' : 'unavailable', checks }))
    },
  }
}

import { isReady, type ReadinessCheck, shareChecks } from '../../../lib/readiness.ts'
import { jsonAnswer } from '../../answer/answers.ts'
import type { RequestContexts } from '../../request/request-context.ts'
import type { Drain } from '../drain.ts'
import type { HttpPlugin } from '../http-plugin.ts'

export interface HealthDeps {
  readonly contexts: RequestContexts
  readonly readiness: readonly ReadinessCheck[]
  readonly drain: Drain
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
        return endResponse(jsonAnswer(405, { error: 'Method not allowed.' }, { allow: 'GET, HEAD' }))
      }
      if (path === '/health/live') return endResponse(jsonAnswer(200, { status: 'ok' }))
      const checks = await runChecks()
      const ready = !drain.started && isReady(checks)
      endResponse(jsonAnswer(ready ? 200 : 503, { status: ready ? 'ok' : 'unavailable', checks }))
    },
  }
}

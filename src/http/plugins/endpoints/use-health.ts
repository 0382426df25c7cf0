import type { HealthChecks } from '../../../lib/observation/health-checks.ts'
import { jsonResponse } from '../../answer/json-response.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import type { DrainState } from '../drain-state.ts'
import type { HttpPlugin } from '../http-plugin.ts'
import { readEndpoint } from './endpoint.ts'

export interface HealthDeps {
  readonly contexts: RequestContexts
  readonly health: Pick<HealthChecks, 'run' | 'hasStarted'>
  readonly drain: DrainState
}

/**
 * `/health/live`: the process runs. `/health/startup`: 200 once it has been able to serve. `/health/ready`: 200 if it can serve
 * requests, also without a dependency that is not required (`degraded`); 503 if it cannot, or is stopping.
 */
export function useHealth({ contexts, health, drain }: HealthDeps): HttpPlugin[] {
  const answers: Readonly<Record<string, () => Promise<Response>>> = {
    '/health/live': async () => jsonResponse(200, { status: 'ok' }),
    '/health/startup': async () =>
      (await health.hasStarted())
        ? jsonResponse(200, { status: 'ok' })
        : jsonResponse(503, { status: 'starting' }),
    async '/health/ready'() {
      const { status, checks } = await health.run()
      if (drain.closesPort) return jsonResponse(503, { status: 'stopping', checks })
      return jsonResponse(status === 'unavailable' ? 503 : 200, { status, checks })
    },
  }
  return Object.entries(answers).map(([path, answer]) => readEndpoint(contexts, path, answer))
}

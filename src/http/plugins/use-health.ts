import { jsonAnswer } from '../answers.ts'
import type { Drain } from '../drain.ts'
import type { HttpPlugin } from '../http-plugin.ts'
import type { RequestContexts } from '../request-context.ts'

/** One thing that must answer before this process takes traffic; `check` throws when it does not. */
export interface ReadinessCheck {
  readonly name: string
  check(): Promise<void>
}

export interface HealthDeps {
  readonly contexts: RequestContexts
  readonly readiness: readonly ReadinessCheck[]
  readonly drain: Drain
}

const CHECK_LIMIT_MS = 1500
type Verdict = 'ok' | 'failed'

/**
 * `/health/live`: the process runs. `/health/ready`: it can answer, 503 when it cannot or is about to stop. The
 * checks run at once and are shared by everybody who asks meanwhile.
 */
export function useHealth({ contexts, readiness, drain }: HealthDeps): HttpPlugin {
  let running: Promise<Readonly<Record<string, Verdict>>> | null = null
  const runChecks = () => {
    running ??= runAll(readiness).finally(() => {
      running = null
    })
    return running
  }
  return {
    async onRequest({ request, endResponse }) {
      const { path } = contexts.of(request)
      if (path !== '/health/live' && path !== '/health/ready') return
      if (request.method !== 'GET' && request.method !== 'HEAD') {
        return endResponse(jsonAnswer(405, { error: 'Method not allowed.' }, { allow: 'GET, HEAD' }))
      }
      if (path === '/health/live') return endResponse(jsonAnswer(200, { status: 'ok' }))
      const checks = await runChecks()
      const ready = !drain.started && Object.values(checks).every((verdict) => verdict === 'ok')
      endResponse(jsonAnswer(ready ? 200 : 503, { status: ready ? 'ok' : 'unavailable', checks }))
    },
  }
}

async function runAll(readiness: readonly ReadinessCheck[]): Promise<Readonly<Record<string, Verdict>>> {
  const verdicts = await Promise.all(
    readiness.map(async (check) => [check.name, await verdictOf(check)] as const),
  )
  return Object.fromEntries(verdicts)
}

async function verdictOf(check: ReadinessCheck): Promise<Verdict> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Verdict>((resolve) => {
    timer = setTimeout(() => resolve('failed'), CHECK_LIMIT_MS)
  })
  const checked = Promise.resolve()
    .then(() => check.check())
    .then(
      () => 'ok' as const,
      () => 'failed' as const,
    )
  const verdict = await Promise.race([checked, late])
  clearTimeout(timer)
  return verdict
}

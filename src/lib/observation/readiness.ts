/**
 * A dependency that this process requires before it takes traffic. `check` throws if the dependency does not respond.
 */
export interface ReadinessCheck {
  readonly name: string
  check(): Promise<void>
}

type Verdict = 'ok' | 'failed'
export type Verdicts = Readonly<Record<string, Verdict>>

/** A check that takes longer counts as failed. */
const maxCheckMs = 1500

/** Runs the checks in parallel. Calls during a run share its verdicts. */
export function shareChecks(checks: readonly ReadinessCheck[]): () => Promise<Verdicts> {
  let running: Promise<Verdicts> | null = null
  return () => {
    running ??= runAll(checks).finally(() => {
      running = null
    })
    return running
  }
}

export function isReady(verdicts: Verdicts): boolean {
  return Object.values(verdicts).every((verdict) => verdict === 'ok')
}

async function runAll(checks: readonly ReadinessCheck[]): Promise<Verdicts> {
  const verdicts = await Promise.all(
    checks.map(async (check) => [check.name, await verdictOf(check)] as const),
  )
  return Object.fromEntries(verdicts)
}

async function verdictOf(check: ReadinessCheck): Promise<Verdict> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Verdict>((resolve) => {
    timer = setTimeout(() => resolve('failed'), maxCheckMs)
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

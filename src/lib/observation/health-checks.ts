import type { Dependencies, Dependency, DependencyState } from './dependencies.ts'

/** A dependency that is asked. `check` throws if it does not work. */
export interface HealthCheck extends Dependency {
  /** True: it needs time after the start, in which it is `down` without a line in the log. */
  readonly startsDown?: boolean
  check(): Promise<void>
}

export interface HealthReport {
  /** `degraded`: the process serves, without something that it uses. `unavailable`: it cannot serve correctly. */
  readonly status: 'ok' | 'degraded' | 'unavailable'
  /** The state of each dependency by name. */
  readonly checks: Readonly<Record<string, DependencyState>>
}

export interface HealthChecksDeps {
  readonly checks: readonly HealthCheck[]
  readonly dependencies: Dependencies
}

/** A check that takes longer counts as failed. */
const maxCheckMs = 1500
/** How often the checks run while no one asks, so that the log and the metrics show a change. */
const watchIntervalMs = 5000

/** Asks the dependencies of this process whether they work. Dependencies without a check report their state themselves. */
export class HealthChecks {
  readonly #checks: readonly HealthCheck[]
  readonly #dependencies: Dependencies
  #running: Promise<HealthReport> | null = null
  #hasStarted = false
  #timer: NodeJS.Timeout | null = null

  constructor({ checks, dependencies }: HealthChecksDeps) {
    this.#checks = checks
    this.#dependencies = dependencies
    for (const check of checks) dependencies.add(check, check.startsDown === true ? 'down' : 'up')
  }

  /** Runs the checks in parallel. Calls during a run share its report. Never rejects. */
  run(): Promise<HealthReport> {
    this.#running ??= this.#runAll().finally(() => {
      this.#running = null
    })
    return this.#running
  }

  /** Whether this process has been able to serve since its start. Never rejects. */
  async hasStarted(): Promise<boolean> {
    if (!this.#hasStarted) await this.run()
    return this.#hasStarted
  }

  /** Runs the checks every few seconds until `stop`. */
  start(): void {
    this.#timer ??= setInterval(() => void this.run(), watchIntervalMs).unref()
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  async #runAll(): Promise<HealthReport> {
    await Promise.all(
      this.#checks.map(async (check) => {
        const startedMs = performance.now()
        const failure = await failureOf(check)
        this.#dependencies.report(check, failure, (performance.now() - startedMs) / 1000)
      }),
    )
    const { states } = this.#dependencies
    const report = { status: statusOf(Object.values(states)), checks: states }
    this.#hasStarted ||= report.status !== 'unavailable'
    return report
  }
}

function statusOf(states: readonly DependencyState[]): HealthReport['status'] {
  if (states.includes('down')) return 'unavailable'
  return states.includes('degraded') ? 'degraded' : 'ok'
}

/** The error of a check; null if it passes. */
async function failureOf(check: HealthCheck): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<unknown>((resolve) => {
    timer = setTimeout(() => resolve(new Error(`No response within ${maxCheckMs} ms.`)), maxCheckMs)
  })
  const checked = Promise.resolve()
    .then(() => check.check())
    .then(
      () => null,
      (error: unknown) => error ?? new Error('The check failed.'),
    )
  const failure = await Promise.race([checked, late])
  clearTimeout(timer)
  return failure
}

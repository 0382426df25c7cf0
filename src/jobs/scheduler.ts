import { Cron } from 'croner'
import type { JobLeases } from '../lib/concurrency/job-leases.ts'
import type { JobRuns } from '../lib/concurrency/job-runs.ts'
import type { Logger } from '../lib/observation/logger.ts'
import type { Gauges, Metrics } from '../lib/observation/metrics.ts'
import { errorText } from '../lib/text/error-text.ts'
import type { Clock } from '../lib/time/clock.ts'

/** A job that one process at a time runs. */
export interface Job {
  readonly name: string
  /** Cron expression (5 fields, UTC). */
  readonly schedule: string
  /** Renewed while the job runs. After a crash, other processes wait this long before they can run the job. */
  readonly leaseSeconds: number
  /** Does the work; `signal` is aborted when the process shuts down or the lease is lost. */
  run(signal: AbortSignal): Promise<void>
}

export interface SchedulerDeps {
  readonly leases: JobLeases
  readonly runs: Pick<JobRuns, 'record'>
  /** Identifies this process. */
  readonly holder: string
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: Metrics
  readonly gauges: Gauges
}

/**
 * How a run of a job ended. `INTERRUPTED`: its signal was aborted, so that it may have returned early.
 * `HELD`: another process has the lease, or the lease could not be read.
 */
export type JobOutcome = 'COMPLETED' | 'INTERRUPTED' | 'FAILED' | 'HELD'

/** Runs jobs on schedule, each under its lease. A job that fails is logged and runs again at its next time. */
export class Scheduler {
  readonly #deps: SchedulerDeps
  readonly #jobs: readonly Job[]
  readonly #timers: Cron[] = []
  readonly #running = new Set<Promise<unknown>>()
  readonly #stopping = new AbortController()

  constructor(deps: SchedulerDeps, jobs: readonly Job[]) {
    this.#deps = deps
    this.#jobs = jobs
  }

  /** The jobs and their schedules. */
  get timetable(): readonly Job[] {
    return this.#jobs
  }

  start(): void {
    for (const job of this.#jobs) {
      const options = { timezone: 'UTC', protect: true, unref: true }
      this.#timers.push(new Cron(job.schedule, options, () => this.#track(this.runNow(job))))
    }
  }

  /** Starts no more jobs and aborts running ones; resolves when they have ended. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) timer.stop()
    this.#stopping.abort()
    await Promise.allSettled(this.#running)
  }

  /** Runs the job with that name now, as the schedule would. @throws Error if there is none */
  async runByHand(name: string): Promise<JobOutcome> {
    const job = this.#jobs.find((one) => one.name === name)
    if (job === undefined) throw new Error(`There is no job ${name}.`)
    const run = this.#runOnce(job)
    await this.#track(run)
    return run
  }

  /** Runs a job now, unless another process runs it. Never rejects. Returns whether the job completed. */
  async runNow(job: Job): Promise<boolean> {
    return (await this.#runOnce(job)) === 'COMPLETED'
  }

  async #runOnce(job: Job): Promise<JobOutcome> {
    const { leases, holder, logger } = this.#deps
    try {
      if (!(await this.#acquire(job))) return 'HELD'
    } catch (error) {
      logger.warn({ job: job.name, error: errorText(error) }, 'lease of job could not be acquired')
      return 'HELD'
    }
    const lost = new AbortController()
    const renewal = setInterval(() => this.#renew(job, lost), (job.leaseSeconds * 1000) / 3)
    const startedMs = this.#deps.clock.monotonicMs()
    const signal = AbortSignal.any([this.#stopping.signal, lost.signal])
    try {
      await job.run(signal)
      // A job that is asked to stop returns early, without an error.
      const outcome = signal.aborted ? 'INTERRUPTED' : 'COMPLETED'
      await this.#note(job, startedMs, outcome)
      return outcome
    } catch (error) {
      logger.error({ job: job.name, error: errorText(error) }, 'job failed')
      await this.#note(job, startedMs, 'FAILED')
      return 'FAILED'
    } finally {
      clearInterval(renewal)
      await leases.release(job.name, holder).catch(() => undefined)
    }
  }

  /** Never rejects: what the job has done is done. */
  async #note({ name }: Job, startedMs: number, outcome: Exclude<JobOutcome, 'HELD'>): Promise<void> {
    const { runs, metrics, gauges, clock, logger } = this.#deps
    const durationMs = clock.monotonicMs() - startedMs
    metrics.count('job_runs', name, outcome.toLowerCase())
    gauges.set('job_last_duration_seconds', durationMs / 1000, name)
    if (outcome !== 'COMPLETED') return
    const now = clock.now()
    gauges.set('job_last_success_timestamp_seconds', now.getTime() / 1000, name)
    await runs.record(name, now, durationMs).catch((error: unknown) => {
      logger.warn({ job: name, error: errorText(error) }, 'success of job could not be recorded')
    })
  }

  #acquire(job: Job): Promise<boolean> {
    const { leases, holder, clock } = this.#deps
    const now = clock.now()
    return leases.acquire(job.name, holder, new Date(now.getTime() + job.leaseSeconds * 1000), now)
  }

  async #renew(job: Job, lost: AbortController): Promise<void> {
    try {
      if (!(await this.#acquire(job))) lost.abort()
    } catch (error) {
      this.#deps.logger.warn({ job: job.name, error: errorText(error) }, 'lease of job could not be renewed')
    }
  }

  async #track(run: Promise<unknown>): Promise<void> {
    this.#running.add(run)
    await run.finally(() => this.#running.delete(run))
  }
}

import { Cron } from 'croner'
import type { Clock } from '../lib/clock.ts'
import { errorText } from '../lib/error-text.ts'
import type { JobLeases } from '../lib/job-leases.ts'
import type { Logger } from '../lib/logger.ts'

/** A job of which one process at a time is enough. */
export interface Job {
  readonly name: string
  /** When, as cron says it (5 fields, UTC). */
  readonly schedule: string
  /** Longer than any run takes: who dies keeps the others waiting for so long; it is renewed while the job runs. */
  readonly leaseSeconds: number
  /** Does the work; `signal` is aborted when the process is about to stop, or the lease is lost. */
  run(signal: AbortSignal): Promise<void>
}

export interface SchedulerDeps {
  readonly leases: JobLeases
  /** Distinguishes this process from every other. */
  readonly holder: string
  readonly clock: Clock
  readonly logger: Logger
}

/** Runs jobs on time, each under its lease; a job that fails is logged and runs again when it is next due. */
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

  /** What it runs, and when. */
  get timetable(): readonly Job[] {
    return this.#jobs
  }

  start(): void {
    for (const job of this.#jobs) {
      const options = { timezone: 'UTC', protect: true, unref: true }
      this.#timers.push(new Cron(job.schedule, options, () => this.#track(this.runNow(job))))
    }
  }

  /** Starts nothing any more; resolves when what runs has come to its end. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) timer.stop()
    this.#stopping.abort()
    await Promise.allSettled(this.#running)
  }

  /** Runs a job at once unless another process does. Never rejects; answers whether it ran to its end. */
  async runNow(job: Job): Promise<boolean> {
    const { leases, holder, logger } = this.#deps
    try {
      if (!(await this.#acquire(job))) return false
    } catch (error) {
      logger.warn({ job: job.name, error: errorText(error) }, 'the lease of a job could not be taken')
      return false
    }
    const lost = new AbortController()
    const renewal = setInterval(() => this.#renew(job, lost), (job.leaseSeconds * 1000) / 3)
    try {
      await job.run(AbortSignal.any([this.#stopping.signal, lost.signal]))
      return true
    } catch (error) {
      logger.error({ job: job.name, error: errorText(error) }, 'a job has failed')
      return false
    } finally {
      clearInterval(renewal)
      await leases.release(job.name, holder).catch(() => undefined)
    }
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
      this.#deps.logger.warn(
        { job: job.name, error: errorText(error) },
        'the lease of a job could not be renewed',
      )
    }
  }

  async #track(run: Promise<unknown>): Promise<void> {
    this.#running.add(run)
    await run.finally(() => this.#running.delete(run))
  }
}

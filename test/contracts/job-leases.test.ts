import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { PrismaJobLeases } from '../../src/adapters/prisma/stores/prisma-job-leases.ts'
import { PrismaJobRuns } from '../../src/adapters/prisma/stores/prisma-job-runs.ts'
import { PrometheusMetrics } from '../../src/adapters/telemetry/prometheus-metrics.ts'
import { type Job, Scheduler } from '../../src/jobs/scheduler.ts'
import type { JobLeases } from '../../src/lib/concurrency/job-leases.ts'
import type { JobRuns } from '../../src/lib/concurrency/job-runs.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { noMetrics } from '../../src/lib/observation/metrics.ts'
import { eventually } from '../support/eventually.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { openTestDatabase } from '../support/test-database.ts'

let database: Database
let leases: JobLeases
let runs: JobRuns
beforeAll(async () => {
  database = await openTestDatabase()
  leases = new PrismaJobLeases(database.client)
  runs = new PrismaJobRuns(database.client)
})
afterAll(() => database.close())

const clock = new ManualClock()
const inSeconds = (seconds: number) => new Date(clock.now().getTime() + seconds * 1000)

describe('a lease', () => {
  it('has one holder, who may keep it for longer', async () => {
    const name = randomUUID()
    expect(await leases.acquire(name, 'a', inSeconds(60), clock.now())).toBe(true)
    expect(await leases.acquire(name, 'b', inSeconds(60), clock.now())).toBe(false)
    expect(await leases.acquire(name, 'a', inSeconds(120), clock.now())).toBe(true)
    clock.advance(90)
    expect(await leases.acquire(name, 'b', inSeconds(60), clock.now())).toBe(false)
  })

  it('falls free by itself, and by its holder alone', async () => {
    const name = randomUUID()
    await leases.acquire(name, 'a', inSeconds(60), clock.now())
    await leases.release(name, 'b')
    expect(await leases.acquire(name, 'b', inSeconds(60), clock.now())).toBe(false)
    clock.advance(60)
    expect(await leases.acquire(name, 'b', inSeconds(60), clock.now())).toBe(true)
    await leases.release(name, 'b')
    expect(await leases.acquire(name, 'c', inSeconds(60), clock.now())).toBe(true)
  })

  it('is taken by one of many at once', async () => {
    const name = randomUUID()
    const taken = await Promise.all(
      Array.from({ length: 20 }, (_, n) => leases.acquire(name, `${n}`, inSeconds(60), clock.now())),
    )
    expect(taken.filter(Boolean)).toHaveLength(1)
  })
})

describe('a job', () => {
  const schedulerOf = (holder: string) =>
    new Scheduler(
      { leases, runs, holder, clock, logger: silentLogger, metrics: noMetrics, gauges: noMetrics },
      [],
    )

  function jobOf(run: Job['run']): Job {
    return { name: randomUUID(), schedule: '0 0 1 1 *', leaseSeconds: 60, run }
  }

  it('runs in one process at a time, and again once it is done', async () => {
    let runs = 0
    let finish: () => void = () => undefined
    const job = jobOf(async () => {
      runs += 1
      await new Promise<void>((resolve) => {
        finish = resolve
      })
    })
    const first = schedulerOf('a').runNow(job)
    await eventually(() => expect(runs).toBe(1))
    expect(await schedulerOf('b').runNow(job)).toBe(false)
    finish()
    expect(await first).toBe(true)
    const second = schedulerOf('b').runNow(job)
    await eventually(() => expect(runs).toBe(2))
    finish()
    expect(await second).toBe(true)
  })

  it('that fails does not prevent the next run', async () => {
    const job = jobOf(() => Promise.reject(new Error('no')))
    expect(await schedulerOf('a').runNow(job)).toBe(false)
    expect(await leases.acquire(job.name, 'b', inSeconds(60), clock.now())).toBe(true)
  })

  it('is run by hand under the same lease, and its success is known to every process', async () => {
    let finish: () => void = () => undefined
    let fails = false
    const job = jobOf(async () => {
      if (fails) throw new Error('The job fails.')
      await new Promise<void>((resolve) => {
        finish = resolve
      })
    })
    const deps = { leases, runs, clock, logger: silentLogger, metrics: noMetrics, gauges: noMetrics }
    const [service, command] = ['a', 'b'].map((holder) => new Scheduler({ ...deps, holder }, [job]))
    const scheduled = service?.runNow(job)
    const stateOf = async () => (await runs.list(clock.now())).find(({ name }) => name === job.name)
    await eventually(async () => expect(await stateOf()).toMatchObject({ running: true, succeededAt: null }))
    expect(await command?.runByHand(job.name)).toBe('HELD')
    finish()
    expect(await scheduled).toBe(true)
    expect(await stateOf()).toMatchObject({ running: false, succeededAt: clock.now() })
    fails = true
    expect(await command?.runByHand(job.name)).toBe('FAILED')
    fails = false
    const repeated = command?.runByHand(job.name)
    await eventually(async () => expect(await stateOf()).toMatchObject({ running: true }))
    finish()
    expect(await repeated).toBe('COMPLETED')
    await expect(command?.runByHand('none')).rejects.toThrow('There is no job none.')
  })

  it.each<[string, (scheduler: Scheduler, name: string) => Promise<void>]>([
    ['the process stops', (scheduler) => scheduler.stop()],
    [
      'its lease is lost',
      (_scheduler, name) =>
        eventually(async () => {
          // The job may renew its lease in between.
          await leases.release(name, 'a')
          expect(await leases.acquire(name, 'b', inSeconds(60), clock.now())).toBe(true)
        }),
    ],
  ])('that returns early because %s is interrupted, and no success', async (_why, interrupt) => {
    const metrics = new PrometheusMetrics()
    let started = false
    const job: Job = {
      ...jobOf(async (signal) => {
        started = true
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      }),
      leaseSeconds: 0.3,
    }
    const scheduler = new Scheduler(
      { leases, runs, holder: 'a', clock, logger: silentLogger, metrics, gauges: metrics },
      [job],
    )
    const run = scheduler.runByHand(job.name)
    await eventually(() => expect(started).toBe(true))
    await interrupt(scheduler, job.name)
    expect(await run).toBe('INTERRUPTED')
    const states = await runs.list(clock.now())
    expect(states.find(({ name }) => name === job.name)?.succeededAt ?? null).toBeNull()
    const { body } = await metrics.read()
    expect(body).toContain(`gatehouse_job_runs_total{job="${job.name}",outcome="interrupted"} 1`)
    expect(body).not.toContain(`gatehouse_job_last_success_timestamp_seconds{job="${job.name}"}`)
  })

  it('does not run while the leases cannot be asked', async () => {
    const away: JobLeases = {
      acquire: () => Promise.reject(new Error('away')),
      release: async () => undefined,
    }
    const scheduler = new Scheduler(
      { leases: away, runs, holder: 'a', clock, logger: silentLogger, metrics: noMetrics, gauges: noMetrics },
      [],
    )
    expect(await scheduler.runNow(jobOf(() => Promise.reject(new Error('ran'))))).toBe(false)
  })

  it('runs on time, receives the abort signal when the process stops, and is awaited', async () => {
    const told: boolean[] = []
    let started = false
    const job: Job = {
      ...jobOf(async (signal) => {
        started = true
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
        told.push(signal.aborted)
      }),
      schedule: '* * * * * *',
    }
    const scheduler = new Scheduler(
      { leases, runs, holder: 'a', clock, logger: silentLogger, metrics: noMetrics, gauges: noMetrics },
      [job],
    )
    scheduler.start()
    await eventually(() => expect(started).toBe(true))
    await scheduler.stop()
    expect(told).toEqual([true])
  })
})

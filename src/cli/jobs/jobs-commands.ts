import { createApp } from '../../app/create-app.ts'
import { isJobName, jobNames, jobTimes } from '../../app/job-times.ts'
import { readConfig } from '../../config/read-config.ts'
import { openInfrastructure } from '../../infrastructure/open-infrastructure.ts'
import { openCommandLogger } from '../../infrastructure/operator-stores.ts'
import { Closer } from '../../lib/concurrency/closer.ts'
import { exitCodes } from '../command.ts'
import { defineCommand, UsageError } from '../define-command.ts'
import { reportEmbeddedDatabase } from '../open-command-database.ts'
import { printableLine } from '../printable.ts'
import { withStores } from '../with-stores.ts'

export const jobsList = defineCommand({
  name: 'jobs list',
  parameters: null,
  json: true,
  description:
    'Lists the jobs: name, schedule (cron, UTC), when the job last completed in any process, and whether one runs it now.',
  options: {},
  words: [0, 0],
  async run(terminal) {
    const known = await withStores(terminal, ({ jobRuns, clock }) => jobRuns.list(clock.now()))
    const jobs = jobNames.map((name) => {
      const run = known.find((one) => one.name === name)
      const { succeededAt = null, durationMs = null, running = false } = run ?? {}
      return { name, schedule: jobTimes[name].schedule, succeededAt, durationMs, running }
    })
    if (terminal.json) {
      terminal.print(JSON.stringify({ jobs }))
      return exitCodes.success
    }
    const width = Math.max(...jobNames.map(({ length }) => length))
    for (const { name, schedule, succeededAt, durationMs, running } of jobs) {
      const last = succeededAt === null ? 'never' : `${succeededAt.toISOString()} in ${durationMs} ms`
      const line = `${name.padEnd(width)}  ${schedule.padEnd(12)}  last success: ${last}`
      terminal.print(printableLine(running ? `${line}; runs now` : line))
    }
    return exitCodes.success
  },
})

export const jobsRun = defineCommand({
  name: 'jobs run',
  parameters: 'NAME',
  json: true,
  interruptible: true,
  description:
    'Runs a job now, under the lease of the schedule, so that one process at a time runs it. Fails if another process runs it. NAME is one of jobs list.',
  options: {},
  words: [1, 1],
  async run(terminal, { words: [name = ''] }) {
    if (!isJobName(name)) throw new UsageError(`NAME must be one of ${jobNames.join(', ')}.`)
    const config = readConfig(terminal.env)
    reportEmbeddedDatabase(terminal, config)
    const logger = openCommandLogger(terminal.printError)
    const closer = new Closer()
    try {
      const infrastructure = await openInfrastructure(config, logger, closer)
      const { scheduler } = createApp(config, infrastructure)
      const signal = terminal.onInterrupt?.()
      signal?.addEventListener('abort', () => void scheduler.stop(), { once: true })
      terminal.showProgress?.(`running ${name} …`)
      const outcome = await scheduler.runByHand(name)
      const interrupted = signal?.aborted === true
      if (terminal.json) terminal.print(JSON.stringify({ job: name, outcome, interrupted }))
      else terminal.print(texts[outcome])
      if (interrupted) return exitCodes.interrupted
      return outcome === 'COMPLETED' ? exitCodes.success : exitCodes.failure
    } finally {
      await closer.close()
    }
  },
})

const texts = {
  COMPLETED: 'The job has completed.',
  INTERRUPTED: 'The job was interrupted; what it has done stays done. Run it again for the rest.',
  FAILED: 'The job has failed. The reason is on standard error; what it has done stays done.',
  HELD: 'Another process runs the job, or has just crashed while it ran it. Try again later.',
} as const

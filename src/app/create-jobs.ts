import type { Config } from '../config/config.ts'
import type { Flows } from '../flows/create-flows.ts'
import type { Services } from '../flows/services.ts'
import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import { type ArchivedAudit, createArchiveAudit } from '../jobs/archive-audit.ts'
import { createEndTenantAccess } from '../jobs/end-tenant-access.ts'
import { createPurgeExpired } from '../jobs/purge-expired.ts'
import { createRemindPasswordAge } from '../jobs/remind-password-age.ts'
import { createReportUnsolvedChallenges } from '../jobs/report-unsolved-challenges.ts'
import { type Job, Scheduler } from '../jobs/scheduler.ts'
import { deriveKey } from '../lib/crypto/digest.ts'
import { type JobName, jobTimes } from './job-times.ts'

/** Background work that one process at a time runs. */
export interface Jobs {
  /** Mails users whose password expires soon. Returns the number of mails. */
  readonly remindPasswordAge: (signal?: AbortSignal) => Promise<number>
  /** Mails owners whose password was entered without the second factor. Returns the number of sign-ins. */
  readonly reportUnsolvedChallenges: (signal?: AbortSignal) => Promise<number>
  /** Publishes, promotes and removes the signing keys that are due. */
  readonly rotateSigningKeys: () => Promise<unknown>
  /** Moves old audit events from the database to the archive. Returns the number of events. */
  readonly archiveAudit: (signal?: AbortSignal) => Promise<ArchivedAudit>
  /** Writes the end of access to tenants into the rows of what it ended. Returns the number of rows. */
  readonly endTenantAccess: (signal?: AbortSignal) => Promise<number>
  /** Deletes rows that can never be used again. Returns the number of rows. */
  readonly purgeExpired: (signal?: AbortSignal) => Promise<number>
}

export function createJobs(
  config: Config,
  infrastructure: Infrastructure,
  { mails, courier, tenants: directory }: Services,
  flows: Pick<Flows, 'rotateDueSigningKeys'>,
): Jobs {
  const { clock, tenants, transaction, stores } = infrastructure
  return {
    rotateSigningKeys: flows.rotateDueSigningKeys,
    remindPasswordAge: createRemindPasswordAge({
      mails,
      directory,
      courier,
      tenants,
      transaction,
      clock,
      remindDays: config.passwords.remindDays,
    }),
    reportUnsolvedChallenges: createReportUnsolvedChallenges({ mails, courier, transaction, clock }),
    archiveAudit: createArchiveAudit({
      store: infrastructure.auditArchives,
      folder: infrastructure.archiveFolder,
      retentionDays: config.audit.retentionDays,
      // A file for a bucket is built in memory.
      ...(config.audit.archive?.kind === 's3' ? { maxEventsPerFile: 100_000 } : {}),
      key: deriveKey(Buffer.from(config.secrets.masterKey.reveal(), 'base64'), 'gatehouse audit archive'),
      clock,
      logger: infrastructure.logger,
    }),
    endTenantAccess: createEndTenantAccess({ store: stores.tenantAccess }),
    purgeExpired: createPurgeExpired({
      stores,
      clock,
      removedFactorsSeconds: config.oneTimeTokens.undoFactorChangeSeconds,
    }),
  }
}

/** Runs the jobs on schedule (cron syntax), each under a lease that excludes other processes. */
export function createScheduler(
  jobs: Jobs,
  { jobLeases, jobRuns, ids, clock, logger, metrics, gauges }: Infrastructure,
): Scheduler {
  const timetable: readonly Job[] = [
    {
      ...timed('remind-password-age'),
      run: async (signal) => {
        await jobs.remindPasswordAge(signal)
      },
    },
    {
      ...timed('report-unsolved-challenges'),
      run: async (signal) => {
        await jobs.reportUnsolvedChallenges(signal)
      },
    },
    {
      ...timed('rotate-signing-keys'),
      run: async () => {
        await jobs.rotateSigningKeys()
      },
    },
    {
      ...timed('archive-audit'),
      run: async (signal) => {
        await jobs.archiveAudit(signal)
      },
    },
    {
      ...timed('end-tenant-access'),
      run: async (signal) => {
        await jobs.endTenantAccess(signal)
      },
    },
    {
      ...timed('purge-expired'),
      run: async (signal) => {
        await jobs.purgeExpired(signal)
      },
    },
  ]
  const deps = { leases: jobLeases, runs: jobRuns, holder: ids.next(), clock, logger, metrics, gauges }
  return new Scheduler(deps, timetable)
}

function timed<N extends JobName>(name: N) {
  return { name, ...jobTimes[name] }
}

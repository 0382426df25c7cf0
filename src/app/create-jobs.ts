import type { Config } from '../config/config.ts'
import { MailComposer } from '../domain/mail/mail-composer.ts'
import type { MailWaker } from '../domain/mail/mail-waker.ts'
import type { Flows } from '../flows/create-flows.ts'
import type { Services } from '../flows/services.ts'
import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import { AlertDelivery } from '../jobs/alert-delivery.ts'
import { AlertMessenger } from '../jobs/alert-messenger.ts'
import { type ArchivedAudit, createArchiveAudit } from '../jobs/archive-audit.ts'
import { createPurgeExpired } from '../jobs/purge-expired.ts'
import { createRemindPasswordAge } from '../jobs/remind-password-age.ts'
import { type Job, Scheduler } from '../jobs/scheduler.ts'
import { deriveKey } from '../lib/digest.ts'

/** What is done without anybody asking, of which one process at a time is enough. */
export interface Jobs {
  /** Mails whoever has to choose a new password soon; answers how many. */
  readonly remindPasswordAge: (signal?: AbortSignal) => Promise<number>
  /** Publishes, promotes and removes signing keys as they come due. */
  readonly rotateSigningKeys: () => Promise<unknown>
  /** Moves old audit events out of the database; answers how many. */
  readonly archiveAudit: (signal?: AbortSignal) => Promise<ArchivedAudit>
  /** Removes rows that can never be used again; answers how many. */
  readonly purgeExpired: (signal?: AbortSignal) => Promise<number>
}

/** Wires the jobs. */
export function createJobs(
  config: Config,
  infrastructure: Infrastructure,
  { mails, passwordPolicy, courier }: Services,
  flows: Pick<Flows, 'rotateDueSigningKeys'>,
): Jobs {
  const { clock, tenants, transaction, stores } = infrastructure
  return {
    rotateSigningKeys: flows.rotateDueSigningKeys,
    remindPasswordAge: createRemindPasswordAge({
      mails,
      passwordPolicy,
      courier,
      tenants,
      transaction,
      clock,
      remindDays: config.passwords.remindDays,
    }),
    archiveAudit: createArchiveAudit({
      store: infrastructure.auditArchives,
      folder: infrastructure.archiveFolder,
      retentionDays: config.audit.retentionDays,
      key: deriveKey(Buffer.from(config.secrets.masterKey.reveal(), 'base64'), 'gatehouse audit archive'),
      clock,
      logger: infrastructure.logger,
    }),
    purgeExpired: createPurgeExpired({ stores, clock }),
  }
}

/** When they run. */
export function createScheduler(jobs: Jobs, { jobLeases, ids, clock, logger }: Infrastructure): Scheduler {
  const timetable: readonly Job[] = [
    {
      name: 'remind-password-age',
      schedule: '17 * * * *',
      leaseSeconds: 300,
      run: async (signal) => {
        await jobs.remindPasswordAge(signal)
      },
    },
    {
      name: 'rotate-signing-keys',
      schedule: '*/5 * * * *',
      leaseSeconds: 120,
      run: async () => {
        await jobs.rotateSigningKeys()
      },
    },
    {
      name: 'archive-audit',
      schedule: '41 * * * *',
      leaseSeconds: 300,
      run: async (signal) => {
        await jobs.archiveAudit(signal)
      },
    },
    {
      name: 'purge-expired',
      schedule: '*/15 * * * *',
      leaseSeconds: 300,
      run: async (signal) => {
        await jobs.purgeExpired(signal)
      },
    },
  ]
  return new Scheduler({ leases: jobLeases, holder: ids.next(), clock, logger }, timetable)
}

/** What writes and tells alerts; without a receiver it only sees to the log. */
export function createAlertMessenger(
  { protection }: Config,
  infrastructure: Infrastructure,
  courier: MailWaker,
): AlertMessenger {
  const { alerts, alertWebhook: webhook, stores, transaction, sealer, ids, clock, logger } = infrastructure
  const { email } = protection.alerts
  const composer = new MailComposer({ sealer, ids, clock })
  const deps = { store: stores.alerts, transaction, webhook, composer, email, courier, clock, logger }
  const delivery = webhook === null && email === null ? null : new AlertDelivery(deps)
  return new AlertMessenger({ alerts, delivery, logger })
}

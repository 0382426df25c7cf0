import type { MailWaker } from '../domain/mail/mail-waker.ts'
import { changedAtOfReminders, expiryOf } from '../domain/passwords/password-age.ts'
import type { Tenant } from '../domain/tenants/tenant.ts'
import type { TenantDirectory } from '../domain/tenants/tenant-directory.ts'
import type { TenantStore } from '../domain/tenants/tenant-store.ts'
import type { Transaction } from '../domain/transaction.ts'
import type { AccountMailsOf } from '../flows/steps/mails/account-mails.ts'
import { post } from '../flows/steps/mails/post-mail.ts'
import type { Clock } from '../lib/time/clock.ts'
import { dayMs } from '../lib/time/duration.ts'

export interface RemindPasswordAgeDeps {
  readonly tenants: Pick<TenantStore, 'list'>
  /** The rules of the tenants. */
  readonly directory: Pick<TenantDirectory, 'rulesOf'>
  readonly transaction: Transaction
  readonly mails: AccountMailsOf
  readonly courier: MailWaker
  readonly clock: Clock
  /** Days before the expiry of a password; 0: no reminders. */
  readonly remindDays: number
}

/** Reminders per transaction. */
const batchSize = 100

/**
 * Reminds users by mail before their password expires, once for each password; the mark and the mail are written
 * together. Those of a deactivated tenant are reminded once it is active again. Returns the number of mails.
 */
export function createRemindPasswordAge(deps: RemindPasswordAgeDeps) {
  return async function remindPasswordAge(signal?: AbortSignal): Promise<number> {
    let reminded = 0
    for (const tenant of (await deps.tenants.list()).filter(({ active }) => active)) {
      let batch = batchSize
      while (batch === batchSize && signal?.aborted !== true) {
        batch = await remindBatch(deps, tenant)
        reminded += batch
      }
    }
    if (reminded > 0) deps.courier.wake()
    return reminded
  }
}

async function remindBatch(deps: RemindPasswordAgeDeps, tenant: Tenant): Promise<number> {
  const rules = (await deps.directory.rulesOf(tenant.id)).passwords
  const now = deps.clock.now()
  if (deps.remindDays === 0) return 0
  const changed = changedAtOfReminders(rules, deps.remindDays, now)
  const expiring = { after: now, until: new Date(now.getTime() + deps.remindDays * dayMs) }
  return deps.transaction(async (stores) => {
    const ageing = await stores.passwordHistory.claimAgeing(tenant.id, { changed, expiring }, now, batchSize)
    for (const owner of ageing) {
      const expiresAt = expiryOf(owner, rules)
      // One that has expired by its age is no reason for a reminder, whatever an administrator has set.
      if (expiresAt !== null && expiresAt > now)
        await post(stores, deps.mails({ textLanguage: null }).passwordExpires(owner, expiresAt))
    }
    return ageing.length
  })
}

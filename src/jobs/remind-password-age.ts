import type { MailWaker } from '../domain/mail/mail-waker.ts'
import { changedAtOfReminders, expiryOf } from '../domain/passwords/password-age.ts'
import type { PasswordPolicyService } from '../domain/passwords/password-policy-service.ts'
import type { Tenant } from '../domain/tenants/tenant.ts'
import type { TenantStore } from '../domain/tenants/tenant-store.ts'
import type { Transaction } from '../domain/transaction.ts'
import type { AccountMails } from '../flows/steps/account-mails.ts'
import { post } from '../flows/steps/post-mail.ts'
import type { Clock } from '../lib/clock.ts'
import { dayMs } from '../lib/duration.ts'

export interface RemindPasswordAgeDeps {
  readonly tenants: TenantStore
  readonly passwordPolicy: PasswordPolicyService
  readonly transaction: Transaction
  readonly mails: AccountMails
  readonly courier: MailWaker
  readonly clock: Clock
  /** Days before the expiry of a password; 0: no reminders. */
  readonly remindDays: number
}

/** Reminders per transaction. */
const batchSize = 100

/**
 * Reminds users by mail before their password expires, once for each password; the mark and the mail are written
 * together. Returns the number of mails.
 */
export function createRemindPasswordAge(deps: RemindPasswordAgeDeps) {
  return async function remindPasswordAge(signal?: AbortSignal): Promise<number> {
    let reminded = 0
    for (const tenant of await deps.tenants.list()) {
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
  const rules = deps.passwordPolicy.rulesOf(tenant)
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
        await post(stores, deps.mails.passwordExpires(owner, expiresAt))
    }
    return ageing.length
  })
}

import type { MailWaker } from '../domain/mail/mail-waker.ts'
import { changedAtOfReminders, expiryOf } from '../domain/passwords/password-age.ts'
import type { PasswordPolicyService } from '../domain/passwords/password-policy-service.ts'
import type { Tenant } from '../domain/tenants/tenant.ts'
import type { TenantStore } from '../domain/tenants/tenant-store.ts'
import type { Transaction } from '../domain/transaction.ts'
import { type AccountMails, post } from '../flows/steps/account-mails.ts'
import type { Clock } from '../lib/clock.ts'

export interface RemindPasswordAgeDeps {
  readonly tenants: TenantStore
  readonly passwordPolicy: PasswordPolicyService
  readonly transaction: Transaction
  readonly mails: AccountMails
  readonly courier: MailWaker
  readonly clock: Clock
  /** How many days before a password expires; 0 for never. */
  readonly remindDays: number
}

/** Reminders of one transaction. */
const batchSize = 100

/**
 * Mails whoever has to choose a new password soon, once for each password; mark and mail are written together. Answers
 * how many mails.
 */
export function createRemindPasswordAge(deps: RemindPasswordAgeDeps) {
  function remindSome(tenant: Tenant): Promise<number> {
    const rules = deps.passwordPolicy.rulesOf(tenant)
    const now = deps.clock.now()
    const changed = changedAtOfReminders(rules, deps.remindDays, now)
    if (changed === null) return Promise.resolve(0)
    return deps.transaction(async (stores) => {
      const ageing = await stores.passwordHistory.claimAgeing(tenant.id, changed, now, batchSize)
      for (const owner of ageing) {
        const expiresAt = expiryOf(owner, rules)
        if (expiresAt !== null) await post(stores, deps.mails.passwordExpires(owner, expiresAt))
      }
      return ageing.length
    })
  }

  return async (signal?: AbortSignal): Promise<number> => {
    let reminded = 0
    for (const tenant of await deps.tenants.list()) {
      for (let some = batchSize; some === batchSize && signal?.aborted !== true; ) {
        some = await remindSome(tenant)
        reminded += some
      }
    }
    if (reminded > 0) deps.courier.wake()
    return reminded
  }
}

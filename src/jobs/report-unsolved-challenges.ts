import type { MailWaker } from '../domain/mail/mail-waker.ts'
import type { Transaction } from '../domain/transaction.ts'
import type { AccountMailsOf } from '../flows/steps/mails/account-mails.ts'
import { postNotice } from '../flows/steps/mails/post-mail.ts'
import type { Clock } from '../lib/time/clock.ts'

export interface ReportUnsolvedChallengesDeps {
  readonly transaction: Transaction
  readonly mails: AccountMailsOf
  readonly courier: MailWaker
  readonly clock: Clock
}

/** Challenges per transaction. */
const batchSize = 50

/**
 * Mails the owners of accounts whose password was entered without the second factor: another person may know the password. An
 * owner receives at most ten of these mails in an hour. Returns the number of challenges.
 */
export function createReportUnsolvedChallenges(deps: ReportUnsolvedChallengesDeps) {
  return async function reportUnsolvedChallenges(signal?: AbortSignal): Promise<number> {
    let reported = 0
    let batch = batchSize
    while (batch === batchSize && signal?.aborted !== true) {
      batch = await reportBatch(deps)
      reported += batch
    }
    if (reported > 0) deps.courier.wake()
    return reported
  }
}

function reportBatch({ transaction, mails, clock }: ReportUnsolvedChallengesDeps): Promise<number> {
  const now = clock.now()
  return transaction(async (stores) => {
    const unsolved = await stores.signInChallenges.claimUnsolved(now, batchSize)
    const owners = [...new Set(unsolved.map(({ userId }) => userId))]
    // Locked in one order, so that the count of mails holds.
    const users = await stores.administration.lockAll(owners)
    for (const challenge of unsolved) {
      const user = users.find(({ id }) => id === challenge.userId)
      if (user?.active === true)
        await postNotice(stores, mails({ textLanguage: null }).factors.challengeUnsolved(user, challenge))
    }
    return unsolved.length
  })
}

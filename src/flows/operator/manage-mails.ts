import type { Sealer } from '../../domain/keys/sealer.ts'
import { openMailParameters } from '../../domain/mail/mail-parameters.ts'
import type { FailedMail, MailListPage, MailStore } from '../../domain/mail/mail-store.ts'
import type { Clock } from '../../lib/time/clock.ts'

/** A mail that was given up. */
export interface ListedMail extends Omit<FailedMail, 'sealedParameters'> {
  /** The recipient; null: none, or the content was removed or cannot be decrypted. */
  readonly to: string | null
  /** Whether it can be sent again. */
  readonly retryable: boolean
}

/** Mails of one statement. */
const batchSize = 200

export interface ManageMailsDeps {
  readonly mail: Pick<MailStore, 'listFailed' | 'retryFailed'>
  readonly sealer: Sealer
  readonly clock: Clock
}

/** Lists and repeats mails that the courier has given up, on behalf of the operator of the machine. */
export function createManageMails({ mail, sealer, clock }: ManageMailsDeps) {
  return {
    /** A page of them, newest first. */
    async listFailedMails(page: MailListPage): Promise<readonly ListedMail[]> {
      const found = await mail.listFailed(page)
      return found.map(({ sealedParameters, ...facts }) => {
        const to = openMailParameters(sealer, { id: facts.id, sealedParameters })?.to?.email ?? null
        return { ...facts, to, retryable: sealedParameters !== null }
      })
    },
    /** Queues mails again by their ids. Returns the ids of those that were queued. The Message-ID stays: it is derived from the id. */
    retryMails(ids: readonly string[]): Promise<readonly string[]> {
      return mail.retryFailed(ids, clock.now())
    },
    /** Queues every failed mail again, in batches. Returns how many, and whether `signal` has ended the work. */
    async retryAllMails(signal: AbortSignal | undefined, onProgress: (done: number) => void) {
      let [retried, after] = [0, null as string | null]
      while (signal?.aborted !== true) {
        const page = await mail.listFailed({ limit: batchSize, after })
        retried += (
          await mail.retryFailed(
            page.map(({ id }) => id),
            clock.now(),
          )
        ).length
        onProgress(retried)
        if (page.length < batchSize) return { retried, interrupted: false }
        after = page.at(-1)?.id ?? null
      }
      return { retried, interrupted: true }
    },
  }
}

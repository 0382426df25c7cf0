import type { QueuedMail } from './mail.ts'

/** A mail that this process has taken: nobody else tries it before `claimedUntil`. */
export interface ClaimedMail extends QueuedMail {
  /** This try included. */
  readonly attempts: number
}

export interface MailStore {
  /** Writes a mail that is due at once; part of the transaction that wants it. */
  enqueue(mail: QueuedMail): Promise<void>
  /** Takes up to `limit` due mails, oldest first; of several processes at once each gets others (FOR UPDATE SKIP LOCKED). */
  claim(now: Date, claimedUntil: Date, limit: number): Promise<readonly ClaimedMail[]>
  /** The mail server has taken it, or it was never to be sent: the parameters are removed. */
  finish(id: string, state: 'SENT' | 'DISCARDED', now: Date): Promise<void>
  /** The try failed; the next one is due then, or never (`FAILED`, parameters removed) for null. */
  postpone(id: string, failure: { error: string; nextAttemptAt: Date | null; now: Date }): Promise<void>
  /** Removes finished mails older than that, in batches; answers how many. */
  purge(finishedBefore: Date, limit: number): Promise<number>
}

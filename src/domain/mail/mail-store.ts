import type { MailKind, QueuedMail } from './mail.ts'

/** A mail that this process has taken: nobody else tries it before `claimedUntil`. */
export interface ClaimedMail {
  readonly id: string
  /** As the row says; a newer version may have written kinds that this one does not know. */
  readonly kind: string
  /** Null only where somebody has tampered with the row. */
  readonly sealedParameters: Uint8Array | null
  /** This try included; a try that was cut short counts too. */
  readonly attempts: number
}

/** How a mail ended without an error of its own. */
export interface MailOutcome {
  /** `DISCARDED`: it was never to be sent, or is of no use any more. */
  readonly state: 'SENT' | 'DISCARDED'
  /** Why it was discarded; null leaves what the last failed try said. */
  readonly reason: string | null
  readonly now: Date
}

export interface MailFailure {
  /** Without address and secret. */
  readonly reason: string
  /** Null: never again. The mail is `FAILED` and its parameters are removed. */
  readonly nextAttemptAt: Date | null
  readonly now: Date
}

export interface MailStore {
  /** Writes a mail that is due at once; part of the transaction that wants it. */
  enqueue(mail: QueuedMail): Promise<void>
  /** How many mails of a kind were written about an account after that. */
  countSince(userId: string, kind: MailKind, since: Date): Promise<number>
  /** Takes up to `limit` due mails, oldest first; of several processes at once each gets others (FOR UPDATE SKIP LOCKED). */
  claim(now: Date, claimedUntil: Date, limit: number): Promise<readonly ClaimedMail[]>
  /** The mail server has taken it, or it is not to be sent: the parameters are removed. */
  finish(id: string, outcome: MailOutcome): Promise<void>
  /** The try failed. Does nothing when another process has taken the mail since. */
  postpone(mail: Pick<ClaimedMail, 'id' | 'attempts'>, failure: MailFailure): Promise<void>
  /** Removes finished mails older than that, at most `limit` at once; answers how many. */
  purge(finishedBefore: Date, limit: number): Promise<number>
}

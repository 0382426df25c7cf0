import type { MailKind, MessageChannel, QueuedMail } from './mail.ts'

/** A mail that this process has claimed: no other process sends it before `claimedUntil`. */
export interface ClaimedMail {
  readonly id: string
  /** As stored. A newer version can have stored kinds that this version does not know. */
  readonly kind: string
  /** Null only if the row was tampered with. */
  readonly sealedParameters: Uint8Array | null
  /** Number of attempts, including this one and attempts that were interrupted. */
  readonly attempts: number
  /** BCP 47 tag of the account; null without an account, or if the account has none. */
  readonly locale: string | null
}

/** The end of a mail other than a failure. */
export interface MailOutcome {
  /** `DISCARDED`: the mail is a decoy, or its links are void. */
  readonly state: 'SENT' | 'DISCARDED'
  /** Why the mail was discarded; null keeps the reason of the last failed attempt. */
  readonly reason: string | null
  readonly now: Date
}

export interface MailFailure {
  /** Contains neither an address nor a secret. */
  readonly reason: string
  /**
   * Null if there is no further attempt: the mail becomes `FAILED`. Its parameters stay until it is purged, so that an operator can
   * retry it; those of a text message are removed, since its code expires.
   */
  readonly nextAttemptAt: Date | null
  readonly now: Date
}

export interface MailClaim {
  readonly channel: MessageChannel
  readonly now: Date
  readonly claimedUntil: Date
  readonly limit: number
}

/** A mail without further attempts. */
export interface FailedMail {
  readonly id: string
  readonly kind: string
  readonly attempts: number
  /** Contains neither an address nor a secret. */
  readonly lastError: string | null
  readonly createdAt: Date
  readonly finishedAt: Date
  /** Null: the parameters were removed, for example with the account. */
  readonly sealedParameters: Uint8Array | null
}

export interface MailListPage {
  readonly limit: number
  /** Id of the last mail of the page before; null: the newest mails. */
  readonly after: string | null
}

export interface MailStore {
  /** Stores a mail that is due immediately, in the transaction of the change that causes it. */
  enqueue(mail: QueuedMail): Promise<void>
  /** Number of mails of a kind about an account that were stored after that time. */
  countSince(userId: string, kind: MailKind, since: Date): Promise<number>
  /**
   * Claims up to `limit` due mails, or text messages, oldest first. Concurrent processes get different ones (FOR UPDATE
   * SKIP LOCKED).
   */
  claim(claim: MailClaim): Promise<readonly ClaimedMail[]>
  /** Records that the mail was sent or discarded, and removes its parameters. */
  finish(id: string, outcome: MailOutcome): Promise<void>
  /** Records a failed attempt. Does nothing if another process has claimed the mail in the meantime. */
  postpone(mail: Pick<ClaimedMail, 'id' | 'attempts'>, failure: MailFailure): Promise<void>
  /** A page of the failed mails that are not purged yet, newest first. */
  listFailed(page: MailListPage): Promise<readonly FailedMail[]>
  /**
   * Makes those of these mails due that have failed and have parameters, with all attempts. Returns their ids. The id, and so the
   * Message-ID, stays.
   */
  retryFailed(ids: readonly string[], now: Date): Promise<readonly string[]>
  /** The messages that wait to be sent: how many, up to 100 000, and since when the oldest one is due. Null: none is due. */
  readBacklog(now: Date): Promise<{ readonly count: number; readonly oldestDueAt: Date | null }>
  /** Removes up to `limit` mails that ended before that time. Returns the number of removed mails. */
  purge(finishedBefore: Date, limit: number): Promise<number>
}

/** A mail as the development mailbox shows it. */
export interface MailboxMail {
  readonly id: string
  readonly to: string
  /** BCP 47 tag of the texts. */
  readonly language: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** The URLs in the text, in order. */
  readonly links: readonly string[]
  readonly createdAt: Date
}

/** Who can read the development mailbox: requests from the machine of the service, or every client. */
export type MailboxAudience = 'loopback' | 'every-client'

/** Port to the development mailbox, which keeps mails in memory instead of sending them. */
export interface Mailbox {
  /** Newest first. The mailbox is bounded and drops the oldest mails. */
  list(): readonly MailboxMail[]
}

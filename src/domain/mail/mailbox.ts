/** A mail as whoever develops sees it. */
export interface MailboxMail {
  readonly id: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** The addresses in the text, in its order. */
  readonly links: readonly string[]
  readonly createdAt: Date
}

/** Where mails end up that are sent nowhere. */
export interface Mailbox {
  /** Newest first; the oldest are forgotten. */
  list(): readonly MailboxMail[]
}

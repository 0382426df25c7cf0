/** A mail, written out. Header values hold no line break. */
export interface OutgoingMail {
  readonly messageId: string
  readonly from: string
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** A mail server said no in a way that another try will not change (SMTP 5xx on the recipient, HTTP 4xx). */
export class PermanentMailError extends Error {}

/** Hands one mail to a mail server. Rejects when it did not take it; takes 30 s at most. */
export interface MailTransport {
  send(mail: OutgoingMail): Promise<void>
  close(): Promise<void>
}

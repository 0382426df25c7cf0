/** A mail, written out. Header values hold no line break. */
export interface OutgoingMail {
  /** With its angle brackets (RFC 5322, 3.6.4); the same at each try. */
  readonly messageId: string
  readonly from: MailSender
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** Who a mail comes from; a name of null is the bare address. */
export interface MailSender {
  readonly name: string | null
  readonly email: string
}

/** A mail server did not take a mail. The message is kept: it holds neither address nor secret. */
export class MailError extends Error {
  override readonly name: string = 'MailError'
}

/** It said no in a way that another try will not change (SMTP 5xx to recipient or content, most HTTP 4xx). */
export class PermanentMailError extends MailError {
  override readonly name = 'PermanentMailError'
}

/** Hands one mail to a mail server. Rejects when it did not take it; takes 30 s at most. */
export interface MailTransport {
  /** @throws MailError */
  send(mail: OutgoingMail): Promise<void>
  close(): Promise<void>
}

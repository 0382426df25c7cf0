/** A rendered mail. Header values contain no line break. */
export interface OutgoingMail {
  /** With angle brackets (RFC 5322, 3.6.4); the same for each attempt. */
  readonly messageId: string
  readonly from: MailSender
  readonly to: string
  /** BCP 47 tag of the texts, for the header Content-Language (RFC 3282). */
  readonly language: string
  readonly subject: string
  readonly text: string
  readonly html: string
}

/** The sender of mails, as in the From header. */
export interface MailSender {
  /** Null: the header contains the address alone. */
  readonly name: string | null
  readonly email: string
}

/** A mail server did not accept a mail. The error message is stored: it contains neither an address nor a secret. */
export class MailError extends Error {
  override readonly name: string = 'MailError'
}

/** A refusal that another attempt will not change (SMTP 5xx for the recipient or the content, most HTTP 4xx). */
export class PermanentMailError extends MailError {
  override readonly name = 'PermanentMailError'
}

/** Port to a mail server. */
export interface MailTransport {
  /**
   * Delivers one mail to the server, within 30 s.
   * @throws MailError if the server did not accept the mail, PermanentMailError if it never will
   */
  send(mail: OutgoingMail): Promise<void>
  /** Number of mails that can be sent now: none while the server does not respond. Without it: any number. */
  capacity?(): number
  close(): Promise<void>
}

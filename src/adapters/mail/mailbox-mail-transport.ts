import type { MailTransport, OutgoingMail } from '../../domain/mail/mail-transport.ts'
import type { Mailbox, MailboxMail } from '../../domain/mail/mailbox.ts'
import type { Clock } from '../../lib/clock.ts'

const maxMails = 200

/** The development mailbox: sends nothing and keeps the last 200 mails in memory. */
export class MailboxMailTransport implements MailTransport, Mailbox {
  readonly #clock: Clock
  readonly #mails = new Map<string, MailboxMail>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  list(): readonly MailboxMail[] {
    return [...this.#mails.values()].reverse()
  }

  async send({ messageId, to, subject, text, html }: OutgoingMail): Promise<void> {
    const id = messageId.replace(/^<|@.*$/g, '')
    const links = [...new Set(text.match(/https?:\/\/[^\s<>"]+/g))]
    this.#mails.delete(id)
    this.#mails.set(id, { id, to, subject, text, html, links, createdAt: this.#clock.now() })
    const [oldest] = this.#mails.keys()
    if (this.#mails.size > maxMails && oldest !== undefined) this.#mails.delete(oldest)
  }

  async close(): Promise<void> {}
}

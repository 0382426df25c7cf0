import type { MailTransport, OutgoingMail } from '../../domain/mail/mail-transport.ts'
import type { Mailbox, MailboxMail } from '../../domain/mail/mailbox.ts'
import { BoundedMap } from '../../lib/collections/bounded-map.ts'
import type { Clock } from '../../lib/time/clock.ts'

const maxMails = 200

/** The development mailbox: sends nothing and keeps the last 200 mails in memory. */
export class MailboxMailTransport implements MailTransport, Mailbox {
  readonly #clock: Clock
  readonly #mails = new BoundedMap<string, MailboxMail>(maxMails)

  constructor(clock: Clock) {
    this.#clock = clock
  }

  list(): readonly MailboxMail[] {
    return [...this.#mails.values()].reverse()
  }

  async send({ messageId, to, language, subject, text, html }: OutgoingMail): Promise<void> {
    const id = messageId.replace(/^<|@.*$/g, '')
    const links = [...new Set(text.match(/https?:\/\/[^\s<>"]+/g))]
    this.#mails.set(id, { id, to, language, subject, text, html, links, createdAt: this.#clock.now() })
  }

  async close(): Promise<void> {}
}

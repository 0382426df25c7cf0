import type { MailTransport } from '../../domain/mail/mail-transport.ts'
import type { TextMessage, TextTransport } from '../../domain/mail/text-transport.ts'
import { escapeHtml } from '../../lib/text/escape-html.ts'

/** Shows text messages in the development mailbox, next to the mails. */
export class MailboxTextTransport implements TextTransport {
  readonly #mailbox: MailTransport

  constructor(mailbox: MailTransport) {
    this.#mailbox = mailbox
  }

  async send({ id, to, text, language }: TextMessage): Promise<void> {
    await this.#mailbox.send({
      messageId: `<${id}@localhost>`,
      from: { name: null, email: 'no-reply@localhost' },
      to,
      language,
      subject: 'Text message',
      text,
      html: `<!doctype html><html lang="${language}"><head><title>Text message</title></head><body><p>${escapeHtml(text)}</p></body></html>`,
    })
  }
}

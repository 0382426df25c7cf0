import { MailError, PermanentMailError } from '../../domain/mail/mail-transport.ts'
import type { TextMessage, TextTransport } from '../../domain/mail/text-transport.ts'
import { SignedWebhook, type SignedWebhookOptions, WebhookError } from '../webhook/signed-webhook.ts'

/** Client errors that another attempt can change: time-out, conflict, too early, too many requests. */
const temporaryStatuses: ReadonlySet<number> = new Set([408, 409, 425, 429])

/** Posts text messages as JSON to a signed webhook. A status of 2xx means that the receiver sends the message. */
export class WebhookTextTransport implements TextTransport {
  readonly #webhook: SignedWebhook
  readonly #breaker: SignedWebhookOptions['breaker']

  constructor(options: SignedWebhookOptions) {
    this.#webhook = new SignedWebhook(options)
    this.#breaker = options.breaker
  }

  capacity(): number {
    return this.#breaker.capacity
  }

  async send(message: TextMessage): Promise<void> {
    const body = JSON.stringify({ kind: 'VERIFY_PHONE', ...message })
    const status = await this.#webhook.post(body).catch((error: unknown) => {
      throw error instanceof WebhookError ? new MailError(error.message) : error
    })
    if (status >= 200 && status <= 299) return
    const failure = `The webhook: HTTP ${status}.`
    const isPermanent = status >= 400 && status <= 499 && !temporaryStatuses.has(status)
    throw isPermanent ? new PermanentMailError(failure) : new MailError(failure)
  }
}

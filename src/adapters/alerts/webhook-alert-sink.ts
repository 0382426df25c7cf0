import { AlertError, type AlertNotice, type AlertSink } from '../../domain/alerts/alert-sink.ts'
import { SignedWebhook, type SignedWebhookOptions, WebhookError } from '../webhook/signed-webhook.ts'

/** Posts alerts as JSON to a signed webhook. A status of 2xx means success. */
export class WebhookAlertSink implements AlertSink {
  readonly #webhook: SignedWebhook

  constructor(options: SignedWebhookOptions) {
    this.#webhook = new SignedWebhook(options)
  }

  async send(notice: AlertNotice): Promise<void> {
    const status = await this.#webhook.post(JSON.stringify(notice)).catch((error: unknown) => {
      throw error instanceof WebhookError ? new AlertError(error.message) : error
    })
    if (status < 200 || status > 299) throw new AlertError(`The webhook: HTTP ${status}.`)
  }
}

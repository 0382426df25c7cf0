import {
  MailError,
  type MailTransport,
  type OutgoingMail,
  PermanentMailError,
} from '../../domain/mail/mail-transport.ts'
import type { Secret } from '../../lib/crypto/secret.ts'
import { errorCode } from '../../lib/text/error-text.ts'
import { type CircuitBreaker, CircuitOpen } from '../failover/circuit-breaker.ts'

export interface SendgridMailTransportOptions {
  readonly apiKey: Secret
  readonly baseUrl: URL
  readonly breaker: CircuitBreaker
  /** Time limit for one mail. Default: 30 s. */
  readonly totalMs?: number
}

/** Statuses after which another attempt can succeed: time-outs, rate limits, and errors that the operator can fix (key, plan, permission). */
const temporary: ReadonlySet<number> = new Set([401, 402, 403, 404, 408, 425, 429])

/** Sends mails through SendGrid's HTTP API (v3 Mail Send). */
export class SendgridMailTransport implements MailTransport {
  readonly #options: SendgridMailTransportOptions

  constructor(options: SendgridMailTransportOptions) {
    this.#options = options
  }

  async send(mail: OutgoingMail): Promise<void> {
    const status = await this.#options.breaker
      .run(() => this.#ask(mail))
      .catch((error: unknown) => {
        throw error instanceof CircuitOpen ? new MailError('SendGrid failed before: not tried.') : error
      })
    if (status >= 200 && status < 300) return
    const message = `SendGrid: HTTP ${status}.`
    throw temporary.has(status) || status < 400 ? new MailError(message) : new PermanentMailError(message)
  }

  /** Asks which rights the key has, without sending anything. @throws if the key is refused, or there is no answer */
  async verify(): Promise<void> {
    const { apiKey, baseUrl } = this.#options
    const response = await fetch(new URL('/v3/scopes', baseUrl), {
      headers: { authorization: `Bearer ${apiKey.reveal()}` },
      redirect: 'error',
      signal: AbortSignal.timeout(10_000),
    })
    await response.body?.cancel()
    if (!response.ok) throw new Error(`SendGrid: HTTP ${response.status}.`)
  }

  capacity(): number {
    return this.#options.breaker.capacity
  }

  async close(): Promise<void> {}

  /** The status of the response. @throws MailError if there is none, or if the server failed */
  async #ask(mail: OutgoingMail): Promise<number> {
    const status = await this.#post(mail)
    if (status >= 500) throw new MailError(`SendGrid: HTTP ${status}.`)
    return status
  }

  async #post(mail: OutgoingMail): Promise<number> {
    const { apiKey, baseUrl, totalMs = 30_000 } = this.#options
    const signal = AbortSignal.timeout(totalMs)
    try {
      const response = await fetch(new URL('/v3/mail/send', baseUrl), {
        method: 'POST',
        headers: { authorization: `Bearer ${apiKey.reveal()}`, 'content-type': 'application/json' },
        body: JSON.stringify(toBody(mail)),
        redirect: 'manual',
        signal,
      })
      await response.body?.cancel()
      return response.status
    } catch (error) {
      throw new MailError(signal.aborted ? 'SendGrid took too long.' : `SendGrid: ${codeOf(error)}.`)
    }
  }
}

/** Click and open tracking are off: links contain tokens and must not be rewritten. */
function toBody({ messageId, from, to, language, subject, text, html }: OutgoingMail): object {
  return {
    personalizations: [{ to: [{ email: to }], custom_args: { message_id: messageId } }],
    from: from.name === null ? { email: from.email } : { email: from.email, name: from.name },
    subject,
    content: [
      { type: 'text/plain', value: text },
      { type: 'text/html', value: html },
    ],
    headers: {
      'Message-ID': messageId,
      'Auto-Submitted': 'auto-generated',
      'Content-Language': language,
    },
    tracking_settings: {
      click_tracking: { enable: false, enable_text: false },
      open_tracking: { enable: false },
    },
  }
}

/** The system error code of a failed fetch, such as ECONNREFUSED, which contains neither key nor address. */
function codeOf(error: unknown): string {
  return errorCode(error instanceof Error ? error.cause : null) ?? 'no response'
}

import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import { AlertError, type AlertNotice, type AlertSink } from '../../domain/alerts/alert-sink.ts'
import type { Clock } from '../../lib/clock.ts'
import { hmacSha256, toHex } from '../../lib/digest.ts'
import { errorCode } from '../../lib/error-text.ts'
import type { Secret } from '../../lib/secret.ts'
import {
  isPublicAddress,
  lookupPublic,
  PrivateAddressError,
  type Resolve,
  resolveBySystem,
} from './public-addresses.ts'

export interface WebhookAlertSinkOptions {
  /** An http or https URL. It is a secret, because many receivers authenticate callers by the URL alone. */
  readonly url: Secret
  /** Signs the body. */
  readonly secret: Secret
  /** Whether the URL may lead to an address that is not public. */
  readonly privateAllowed: boolean
  readonly clock: Pick<Clock, 'now'>
  /** Resolves the host name. Default: the system resolver. */
  readonly resolve?: Resolve
  /** Time limit of one delivery, from the look-up to the status line of the response. Default: 5 s. */
  readonly totalMs?: number
}

/**
 * Posts JSON to one URL. `x-gatehouse-signature: t=<unix seconds>,v1=<hex HMAC-SHA-256(secret, t + "." + body)>` proves
 * sender and time to the receiver. Redirects are not followed. Only the status is read: 2xx means success.
 */
export class WebhookAlertSink implements AlertSink {
  readonly #options: WebhookAlertSinkOptions

  constructor(options: WebhookAlertSinkOptions) {
    this.#options = options
  }

  async send(notice: AlertNotice): Promise<void> {
    const signal = AbortSignal.timeout(this.#options.totalMs ?? 5000)
    const status = await this.#post(JSON.stringify(notice), signal).catch((error: unknown) => {
      throw new AlertError(
        signal.aborted ? 'The webhook took too long.' : `The webhook: ${errorCode(error) ?? 'no response'}.`,
      )
    })
    if (status < 200 || status > 299) throw new AlertError(`The webhook: HTTP ${status}.`)
  }

  #post(body: string, signal: AbortSignal): Promise<number> {
    const { privateAllowed, resolve = resolveBySystem } = this.#options
    const url = new URL(this.#options.url.reveal())
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
    if (!privateAllowed && isIP(host) !== 0 && !isPublicAddress(host))
      return Promise.reject(new PrivateAddressError('The address is not public.'))
    const request = url.protocol === 'https:' ? requestHttps : requestHttp
    return new Promise((resolveStatus, reject) => {
      const sent = request(url, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          'user-agent': 'Gatehouse',
          'x-gatehouse-signature': this.#sign(body),
        },
        // A new connection for each request, so that none from an earlier look-up is reused.
        agent: false,
        signal,
        ...(privateAllowed ? {} : { lookup: lookupPublic(resolve) }),
      })
      sent.on('error', reject)
      sent.on('response', (response) => {
        resolveStatus(response.statusCode ?? 0)
        response.destroy()
      })
      sent.end(body)
    })
  }

  #sign(body: string): string {
    const { clock, secret } = this.#options
    const seconds = Math.floor(clock.now().getTime() / 1000)
    const signature = toHex(hmacSha256(secret.reveal(), `${seconds}.${body}`))
    return `t=${seconds},v1=${signature}`
  }
}

/** The system error code, such as ECONNREFUSED, which contains neither URL nor address. */

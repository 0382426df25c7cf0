import { request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { isIP } from 'node:net'
import { hmacSha256, toHex } from '../../lib/crypto/digest.ts'
import type { Secret } from '../../lib/crypto/secret.ts'
import { errorCode } from '../../lib/text/error-text.ts'
import type { Clock } from '../../lib/time/clock.ts'
import { type CircuitBreaker, CircuitOpen } from '../failover/circuit-breaker.ts'
import {
  isPublicAddress,
  lookupPublic,
  PrivateAddressError,
  type Resolve,
  resolveBySystem,
} from './public-addresses.ts'

export interface SignedWebhookOptions {
  /** An http or https URL. It is a secret, because many receivers authenticate callers by the URL alone. */
  readonly url: Secret
  /** Signs the body. */
  readonly secret: Secret
  /** Whether the URL may lead to an address that is not public. */
  readonly privateAllowed: boolean
  readonly clock: Pick<Clock, 'now'>
  readonly breaker: CircuitBreaker
  /** Resolves the host name. Default: the system resolver. */
  readonly resolve?: Resolve
  /** Time limit of one delivery, from the look-up to the status line of the response. Default: 5 s. */
  readonly totalMs?: number
}

/** Whether the receiver did not respond. An address that is refused before any connection says nothing about it. */
export function isWebhookFailure(error: unknown): boolean {
  return !(error instanceof PrivateAddressError)
}

/** A webhook did not respond, or failed. The message contains neither URL nor address. */
export class WebhookError extends Error {
  override readonly name = 'WebhookError'
}

/**
 * Posts JSON to one URL. `x-gatehouse-signature: t=<unix seconds>,v1=<hex HMAC-SHA-256(secret, t + "." + body)>` proves
 * sender and time to the receiver. Redirects are not followed. Only the status of the response is read.
 */
export class SignedWebhook {
  readonly #options: SignedWebhookOptions

  constructor(options: SignedWebhookOptions) {
    this.#options = options
  }

  /** Returns the HTTP status of the response, below 500. @throws WebhookError if there was none in time, or it was 5xx */
  async post(body: string): Promise<number> {
    const signal = AbortSignal.timeout(this.#options.totalMs ?? 5000)
    return this.#options.breaker
      .run(() => this.#ask(body, signal))
      .catch((error: unknown) => {
        if (error instanceof WebhookError) throw error
        if (error instanceof CircuitOpen) throw new WebhookError('The webhook failed before: not tried.')
        throw new WebhookError(
          signal.aborted
            ? 'The webhook took too long.'
            : `The webhook: ${errorCode(error) ?? 'no response'}.`,
        )
      })
  }

  /** The status of the response. @throws an error if there is none, or if the receiver failed */
  async #ask(body: string, signal: AbortSignal): Promise<number> {
    const status = await this.#request(body, signal)
    if (status >= 500) throw new WebhookError(`The webhook: HTTP ${status}.`)
    return status
  }

  #request(body: string, signal: AbortSignal): Promise<number> {
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

import { createTransport } from 'nodemailer'
import {
  MailError,
  type MailTransport,
  type OutgoingMail,
  PermanentMailError,
} from '../../domain/mail/mail-transport.ts'
import type { Secret } from '../../lib/crypto/secret.ts'
import { type CircuitBreaker, CircuitOpen } from '../failover/circuit-breaker.ts'

export interface SmtpMailTransportOptions {
  /** `smtp://` (STARTTLS if the server offers it) or `smtps://`. */
  readonly url: Secret
  /** Whether mails and the password are sent over encrypted connections only. */
  readonly requireTls: boolean
  /** Has to count errors as failures for which `isSmtpFailure` is true. */
  readonly breaker: CircuitBreaker
  /** Time limit for one mail. Default: 30 s. */
  readonly totalMs?: number
}

const connectMs = 5000
/** Close to the total time limit, because some servers examine the content for a long time before they accept it. */
const socketTimeoutMs = 25_000
/** Few connections, each used for many mails, reduce the load on the mail server. */
const maxConnections = 10
/** nodemailer would parse a text as a list of addresses, so only a single plain address is passed to it. */
const oneAddress = /^[^\s\p{C}<>()[\]:;@\\,"]+@[^\s\p{C}<>()[\]:;@\\,"]+$/u

/** Sends mails to one mail server over persistent connections. */
export class SmtpMailTransport implements MailTransport {
  readonly #pool: ReturnType<typeof openPool>
  readonly #breaker: CircuitBreaker
  readonly #totalMs: number

  constructor(options: SmtpMailTransportOptions) {
    this.#pool = openPool(options)
    this.#breaker = options.breaker
    this.#totalMs = options.totalMs ?? 30_000
  }

  async send(mail: OutgoingMail): Promise<void> {
    const { messageId, from, to, language, subject, text, html } = mail
    if (!oneAddress.test(to))
      throw new PermanentMailError('SMTP: the recipient is not a single plain address.')
    const signal = AbortSignal.timeout(this.#totalMs)
    try {
      await this.#breaker.run(() =>
        this.#pool.sendMail({
          messageId,
          from: { name: from.name ?? '', address: from.email },
          to: { name: '', address: to },
          envelope: { from: from.email, to },
          subject,
          text,
          html,
          // Auto-Submitted (RFC 3834) requests that no automatic reply is sent.
          headers: { 'Auto-Submitted': 'auto-generated', 'Content-Language': language },
          disableFileAccess: true,
          disableUrlAccess: true,
          signal,
        }),
      )
    } catch (error) {
      if (error instanceof CircuitOpen) throw new MailError('The mail server failed before: not tried.')
      throw signal.aborted ? new MailError('The mail server took too long.') : toMailError(error)
    }
  }

  /** Connects and signs in, without sending anything. @throws if that fails */
  async verify(): Promise<void> {
    await this.#pool.verify()
  }

  capacity(): number {
    return this.#breaker.capacity
  }

  async close(): Promise<void> {
    this.#pool.close({ force: true })
  }
}

function openPool({ url, requireTls }: SmtpMailTransportOptions) {
  const { protocol, hostname, port, username, password } = new URL(url.reveal())
  const secure = protocol === 'smtps:'
  const auth = { user: decodeURIComponent(username), pass: decodeURIComponent(password) }
  return createTransport({
    pool: true,
    host: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: requireTls,
    tls: { minVersion: 'TLSv1.2' },
    ...(username === '' ? {} : { auth }),
    maxConnections,
    maxMessages: 100,
    maxRequeues: 1,
    dnsTimeout: connectMs,
    connectionTimeout: connectMs,
    greetingTimeout: connectMs,
    socketTimeout: socketTimeoutMs,
  })
}

/** Whether the mail server did not respond. A refused mail is a response, and so is a mail that the client refuses. */
export function isSmtpFailure(error: unknown): boolean {
  const { code, command, responseCode } = fieldsOf(error)
  return responseCode === '' && !isPermanent(responseCode, command, code)
}

/** Describes the error by codes only, because replies of mail servers often contain the address. */
function toMailError(error: unknown): MailError {
  const { code, command, responseCode, response, originalCode } = fieldsOf(error)
  const enhanced = /^[0-9]{3}[ -]([245]\.[0-9]{1,3}\.[0-9]{1,3})\b/.exec(response)?.[1] ?? ''
  const words = [originalCode || code, responseCode, enhanced, command === '' ? '' : `at ${command}`]
  const message = `SMTP: ${words.filter((word) => word !== '').join(' ') || 'failed'}.`
  return isPermanent(responseCode, command, code) ? new PermanentMailError(message) : new MailError(message)
}

/**
 * Whether the recipient or the content was refused. A refused login or sender is temporary: the operator can fix it.
 */
function isPermanent(responseCode: string, command: string, code: string): boolean {
  if (code === 'EENVELOPE' && command === 'API') return true
  return /^5[0-9]{2}$/.test(responseCode) && (command === 'RCPT TO' || command === 'DATA')
}

type Field = 'code' | 'originalCode' | 'command' | 'responseCode' | 'response'

function fieldsOf(error: unknown): Readonly<Record<Field, string>> {
  const properties: Readonly<Record<string, unknown>> = error instanceof Error ? { ...error } : {}
  const read = (name: Field) => {
    const value = properties[name]
    return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  }
  return {
    code: read('code'),
    originalCode: read('originalCode'),
    command: read('command'),
    responseCode: read('responseCode'),
    response: read('response'),
  }
}

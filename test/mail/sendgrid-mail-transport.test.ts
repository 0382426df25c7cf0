import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { SendgridMailTransport } from '../../src/adapters/mail/sendgrid-mail-transport.ts'
import { MailError, type OutgoingMail, PermanentMailError } from '../../src/domain/mail/mail-transport.ts'
import { Secret } from '../../src/lib/crypto/secret.ts'
import { noBreaker } from '../support/breakers.ts'

const mail: OutgoingMail = {
  messageId: '<0198f000-0000-7000-8000-000000000001@example.com>',
  from: { name: 'Gatehouse', email: 'no-reply@example.com' },
  to: 'ada@example.com',
  language: 'de',
  subject: 'Hello',
  text: 'text',
  html: '<p>html</p>',
}
const closing: (() => void)[] = []
afterEach(() => {
  for (const close of closing.splice(0)) close()
})

interface Call {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A local stand-in for the API; a status of null answers nothing. */
async function openApi(status: number | null, headers: Readonly<Record<string, string>> = {}) {
  const calls: Call[] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    calls.push({ method: request.method, url: request.url, headers: request.headers, body })
    if (status === null) return
    response.writeHead(status, headers).end('{"errors":[{"message":"SG.key ada@example.com"}]}')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(
    () => void server.close(),
    () => server.closeAllConnections(),
  )
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  return { baseUrl: new URL(`http://127.0.0.1:${address.port}`), calls }
}

function transportTo(baseUrl: URL, totalMs = 5000): SendgridMailTransport {
  return new SendgridMailTransport({ apiKey: new Secret('SG.key'), baseUrl, totalMs, breaker: noBreaker() })
}

async function failureOf(sending: Promise<void>): Promise<MailError> {
  try {
    await sending
  } catch (error) {
    if (error instanceof MailError) return error
    throw error
  }
  throw new Error('the mail was expected not to be taken')
}

describe('SendgridMailTransport', () => {
  it('posts one mail with its Message-ID, and has no link rewritten', async () => {
    const { baseUrl, calls } = await openApi(202)
    await transportTo(baseUrl).send(mail)
    expect(calls).toHaveLength(1)
    expect(calls[0]).toMatchObject({
      method: 'POST',
      url: '/v3/mail/send',
      headers: { authorization: 'Bearer SG.key', 'content-type': 'application/json' },
    })
    expect(JSON.parse(calls[0]?.body ?? '')).toEqual({
      personalizations: [{ to: [{ email: mail.to }], custom_args: { message_id: mail.messageId } }],
      from: { email: 'no-reply@example.com', name: 'Gatehouse' },
      subject: 'Hello',
      content: [
        { type: 'text/plain', value: 'text' },
        { type: 'text/html', value: '<p>html</p>' },
      ],
      headers: {
        'Message-ID': mail.messageId,
        'Auto-Submitted': 'auto-generated',
        'Content-Language': 'de',
      },
      tracking_settings: {
        click_tracking: { enable: false, enable_text: false },
        open_tracking: { enable: false },
      },
    })
  })

  it.each([
    [400, true],
    [413, true],
    [401, false],
    [403, false],
    [408, false],
    [429, false],
    [500, false],
    [503, false],
  ])('takes HTTP %i for final: %s', async (status, permanent) => {
    const { baseUrl } = await openApi(status)
    const error = await failureOf(transportTo(baseUrl).send(mail))
    expect(error instanceof PermanentMailError).toBe(permanent)
    expect(error.message).toBe(`SendGrid: HTTP ${status}.`)
  })

  it('carries the key nowhere else', async () => {
    const other = await openApi(202)
    const { baseUrl } = await openApi(307, { location: `${other.baseUrl.href}v3/mail/send` })
    expect((await failureOf(transportTo(baseUrl).send(mail))).message).toBe('SendGrid: HTTP 307.')
    expect(other.calls).toEqual([])
  })

  it('fails in time if the server does not respond, and if no server listens', async () => {
    const { baseUrl } = await openApi(null)
    const late = await failureOf(transportTo(baseUrl, 200).send(mail))
    expect(late.message).toBe('SendGrid took too long.')
    const refused = await failureOf(transportTo(new URL('http://127.0.0.1:1')).send(mail))
    expect(refused.message).toMatch(/^SendGrid: \w+/)
    expect(refused).not.toBeInstanceOf(PermanentMailError)
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MailboxMailTransport } from '../../src/adapters/mail/mailbox-mail-transport.ts'
import type { MailboxAudience } from '../../src/domain/mail/mailbox.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'
import { exchange, type LiveServer, startServer } from './support/raw-socket.ts'
import { base, createTestHttpApp } from './support/test-http-app.ts'

const clock = new ManualClock()

function open(audience: MailboxAudience, trustedProxies: readonly string[] = []) {
  const mails = new MailboxMailTransport(clock)
  const app = createTestHttpApp({ deps: { mailbox: { mails, audience } }, server: { trustedProxies } })
  const get = (
    path: string,
    headers: Record<string, string> = {},
    peerAddress: string | null = '127.0.0.1',
  ) => app.fetch(new Request(`${base}${path}`, { headers }), { peerAddress })
  return { mails, app, get }
}

function mail(index: number, more: { subject?: string; text?: string; html?: string } = {}) {
  return {
    messageId: `<mail-${index}@example.com>`,
    from: { name: null, email: 'no-reply@example.com' },
    to: `ada-${index}@example.com`,
    language: 'en',
    subject: `Mail ${index}`,
    text: `Mail ${index}:\nhttps://app.example.com/?token=${index}&x=1\n`,
    html: `<p>Mail <b>${index}</b></p>`,
    ...more,
  }
}

describe('/dev/mailbox.json', () => {
  it('lists mails, newest first, with their links', async () => {
    const { mails, get } = open('loopback')
    await mails.send(mail(1))
    clock.advance(1)
    await mails.send(mail(2))
    const response = await get('/dev/mailbox.json')
    expect(response.status).toBe(200)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(await response.json()).toEqual([
      {
        id: 'mail-2',
        to: 'ada-2@example.com',
        language: 'en',
        subject: 'Mail 2',
        text: 'Mail 2:\nhttps://app.example.com/?token=2&x=1\n',
        html: '<p>Mail <b>2</b></p>',
        links: ['https://app.example.com/?token=2&x=1'],
        createdAt: clock.now().toISOString(),
      },
      expect.objectContaining({ id: 'mail-1' }),
    ])
  })

  it('forgets the oldest of more than 200', async () => {
    const { mails, get } = open('loopback')
    for (let index = 0; index < 203; index += 1) await mails.send(mail(index))
    const listed = await (await get('/dev/mailbox.json')).json()
    expect(listed).toHaveLength(200)
    expect(listed[199].id).toBe('mail-3')
  })

  it('shows a mail that was sent twice once', async () => {
    const { mails } = open('loopback')
    await mails.send(mail(1))
    await mails.send(mail(1))
    expect(mails.list()).toHaveLength(1)
  })
})

describe('/dev/mailbox', () => {
  it('shows the newest mail, or the one that is asked for', async () => {
    const { mails, get } = open('loopback')
    await mails.send(mail(1))
    await mails.send(mail(2))
    const newest = await (await get('/dev/mailbox')).text()
    expect(newest).toContain('<h2>Mail 2</h2>')
    expect(newest).toContain('href="/dev/mailbox?mail=mail-1"')
    expect(newest).toContain('<a href="https://app.example.com/?token=2&#38;x=1" target="_blank"')
    expect(await (await get('/dev/mailbox?mail=mail-1')).text()).toContain('<h2>Mail 1</h2>')
    expect(await (await get('/dev/mailbox?mail=%22%3E')).text()).toContain('<h2>Mail 2</h2>')
  })

  it('says so when there is nothing', async () => {
    const { get } = open('loopback')
    expect(await (await get('/dev/mailbox')).text()).toContain('Nothing yet')
  })

  it('runs no script of a mail', async () => {
    const { mails, get } = open('loopback')
    const bad = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    await mails.send(mail(1, { subject: bad, text: `${bad} https://a.example/"onclick="x`, html: bad }))
    const response = await get('/dev/mailbox')
    expect(response.headers.get('content-security-policy')).toBe(
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'",
    )
    const page = await response.text()
    expect(page).not.toMatch(/<script|<img|"onclick/)
    expect(page).toContain('<iframe title="HTML view" sandbox="allow-popups allow-popups-to-escape-sandbox"')
  })

  it('is read only', async () => {
    const { app } = open('loopback')
    const request = new Request(`${base}/dev/mailbox`, { method: 'POST' })
    const response = await app.fetch(request, { peerAddress: '::1' })
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('GET, HEAD')
  })
})

describe('who may see the mailbox', () => {
  it.each(['127.0.0.1', '127.0.0.53', '::1', '::ffff:127.0.0.1'])('is %s', async (peer) => {
    expect((await open('loopback').get('/dev/mailbox', {}, peer)).status).toBe(200)
  })

  it.each(['192.0.2.7', '10.0.0.1', '::ffff:192.0.2.7', 'fe80::1', null])('is not %s', async (peer) => {
    const { get } = open('loopback')
    for (const path of ['/dev/mailbox', '/dev/mailbox.json']) {
      const response = await get(path, {}, peer)
      expect(response.status).toBe(404)
      expect(await response.json()).toEqual({ error: 'Not found.' })
    }
  })

  it.each([
    'x-forwarded-for',
    'x-forwarded-host',
    'x-forwarded-proto',
    'x-forwarded-anything',
    'x-forwarded',
    'x-original-forwarded-for',
    'x-original-host',
    'forwarded',
    'forwarded-for',
    'via',
    'x-real-ip',
    'x-client-ip',
    'x-cluster-client-ip',
    'cf-connecting-ip',
    'cf-connecting-ipv6',
    'true-client-ip',
    'fly-client-ip',
    'x-remote-addr',
  ])('is refused to a client behind a proxy that sends %s', async (name) => {
    const { get } = open('loopback')
    expect((await get('/dev/mailbox', { [name]: '127.0.0.1' })).status).toBe(404)
  })

  it('is refused to clients behind a trusted proxy on this machine', async () => {
    const { get } = open('loopback', ['127.0.0.1'])
    expect((await get('/dev/mailbox')).status).toBe(404)
    expect((await get('/dev/mailbox', { 'x-forwarded-for': '127.0.0.1' })).status).toBe(404)
  })

  it('is allowed to every client with DEV_MAILBOX=on', async () => {
    const { get } = open('every-client')
    expect((await get('/dev/mailbox', { via: '1.1 proxy' }, '192.0.2.7')).status).toBe(200)
  })

  it('is refused to pages of another site', async () => {
    const { get } = open('loopback')
    const response = await get('/dev/mailbox.json', { origin: 'https://app.example.com' })
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
    expect(response.headers.get('cross-origin-resource-policy')).toBe('same-site')
  })
})

describe('the mailbox on a socket', () => {
  let server: LiveServer
  beforeAll(async () => {
    server = await startServer(open('loopback').app)
  })
  afterAll(() => server.close())

  const statusOf = async (version: string, headers: readonly string[]) => {
    const lines = [`GET /dev/mailbox.json HTTP/${version}`, ...headers, 'Connection: close', '', '']
    return (await exchange(server.port, lines.join('\r\n'))).slice(9, 12)
  }

  it('answers a browser on this machine', async () => {
    expect(await statusOf('1.1', ['Host: localhost'])).toBe('200')
  })

  it("answers 404 to HTTP/1.0, nginx's usual way to pass on what came from anywhere", async () => {
    expect(await statusOf('1.0', ['Host: localhost'])).toBe('404')
    expect(await statusOf('1.0', ['Host: localhost:4000', 'User-Agent: Mozilla/5.0'])).toBe('404')
  })

  it.each(['X-Original-Forwarded-For', 'X-REAL-IP', 'Forwarded', 'X-Forwarded-Port', 'CF-Connecting-IP'])(
    'answers 404 to what has %s',
    async (name) => {
      expect(await statusOf('1.1', ['Host: localhost', `${name}: 127.0.0.1`])).toBe('404')
    },
  )
})

describe('the mailbox of the whole service', () => {
  let test: TestApp
  beforeAll(async () => {
    test = await createTestApp()
  })
  afterAll(() => test.close())

  it('holds what was mailed once the courier has been round', async () => {
    const email = freshEmail()
    await test.actor().ask('mutation ($input: RegisterInput!) { register(input: $input) { __typename } }', {
      input: { email, password: goodPassword },
    })
    expect(test.mailbox).toEqual([])
    expect(await test.deliverMail()).toBeGreaterThan(0)
    expect(test.mailbox[0]).toMatchObject({ to: email, subject: 'Confirm your e-mail address for Gatehouse' })
    const response = await test.app.fetch(
      new Request(`${test.config.server.publicUrl.href}dev/mailbox.json`),
      {
        peerAddress: '::1',
      },
    )
    expect(await response.json()).toHaveLength(test.mailbox.length)
  })
})

import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach, describe, expect, it } from 'vitest'
import { SmtpMailTransport } from '../../src/adapters/mail/smtp-mail-transport.ts'
import { MailError, type OutgoingMail, PermanentMailError } from '../../src/domain/mail/mail-transport.ts'
import { Secret } from '../../src/lib/crypto/secret.ts'
import { noBreaker } from '../support/breakers.ts'
import { eventually } from '../support/eventually.ts'

const mail: OutgoingMail = {
  messageId: '<0198f000-0000-7000-8000-000000000001@example.com>',
  from: { name: 'Acme, "Inc" <x@evil.example>', email: 'no-reply@example.com' },
  to: 'ada@example.com',
  language: 'de',
  subject: 'Grüße aus Zürich',
  text: 'Hello Ada,\n\nhttps://app.example.com/?token=gho_1\n',
  html: '<p>Hello Ada</p>',
}
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

function transportTo(url: string, { requireTls = false, totalMs = 5000 } = {}): SmtpMailTransport {
  const transport = new SmtpMailTransport({ url: new Secret(url), requireTls, totalMs, breaker: noBreaker() })
  closing.push(() => transport.close())
  return transport
}

interface Received {
  readonly envelopeTo: readonly string[]
  readonly raw: string
}

/** A real mail server; answers its URL and what it has taken. */
async function openServer(options: SMTPServerOptions = {}) {
  const received: Received[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, session, callback) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const envelopeTo = session.envelope.rcptTo.map(({ address }) => address)
        received.push({ envelopeTo, raw: Buffer.concat(chunks).toString() })
        callback()
      })
    },
    ...options,
  })
  server.on('error', () => undefined)
  const port = await new Promise<number>((resolve) => {
    const listening = server.listen(0, '127.0.0.1', () => resolve(portOf(listening)))
  })
  closing.push(() => new Promise((resolve) => void server.close(() => resolve())))
  return { url: `smtp://127.0.0.1:${port}`, received, server }
}

/** A server of our own making, that says what it likes. */
async function openSocketServer(talk: (socket: Socket) => void) {
  let connections = 0
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    connections += 1
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    socket.on('error', () => undefined)
    talk(socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(async () => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return {
    url: `smtp://127.0.0.1:${portOf(server)}`,
    connections: () => connections,
    open: () => sockets.size,
  }
}

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('The server has no port.')
  return address.port
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

function refusing(code: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode: code })
}

describe('SmtpMailTransport', () => {
  it('hands a mail over as written, with its Message-ID', async () => {
    const { url, received } = await openServer()
    await transportTo(url).send(mail)
    expect(received).toHaveLength(1)
    const [{ envelopeTo, raw } = { envelopeTo: [], raw: '' }] = received
    expect(envelopeTo).toEqual(['ada@example.com'])
    expect(raw).toContain('Message-ID: <0198f000-0000-7000-8000-000000000001@example.com>')
    expect(raw).toMatch(/^From: "Acme, .*" <no-reply@example\.com>\r$/m)
    expect(raw).toMatch(/^Subject: =\?UTF-8\?/m)
    expect(raw).toMatch(/^Auto-Submitted: auto-generated\r$/m)
    expect(raw).toMatch(/^Content-Language: de\r$/m)
    expect(raw).toContain('Content-Type: text/plain; charset=utf-8')
    expect(raw).toContain('Content-Type: text/html; charset=utf-8')
  })

  it('lets nothing become a header of its own', async () => {
    const { url, received } = await openServer()
    await transportTo(url).send({
      ...mail,
      subject: 'Hello\r\nBcc: eve@evil.example',
      from: { name: 'Acme\r\nBcc: eve@evil.example', email: 'no-reply@example.com' },
    })
    expect(received[0]?.envelopeTo).toEqual(['ada@example.com'])
    expect(received[0]?.raw).not.toMatch(/^Bcc:/im)
  })

  it.each([
    'ada@example.com\r\nRCPT TO:<eve@evil.example>',
    'a@example.com, eve@evil.example',
    'x>, <eve@evil.example',
    'ada@example.com, bob@example.com',
    '',
  ])('refuses for good what is not one address, and sends nothing: %j', async (to) => {
    const { url, received } = await openServer()
    const transport = transportTo(url)
    const error = await failureOf(transport.send({ ...mail, to }))
    expect(error).toBeInstanceOf(PermanentMailError)
    expect(error.message).not.toContain('eve')
    expect(received).toEqual([])
    // The server does receive what is one address.
    await transport.send(mail)
    expect(received.map(({ envelopeTo }) => envelopeTo)).toEqual([['ada@example.com']])
  })

  it('keeps its connection', async () => {
    let connections = 0
    const { url, received } = await openServer({
      onConnect(_, callback) {
        connections += 1
        callback()
      },
    })
    const transport = transportTo(url)
    for (let index = 0; index < 5; index += 1) await transport.send(mail)
    expect(received).toHaveLength(5)
    expect(connections).toBe(1)
  })

  it('signs in with the decoded user and password', async () => {
    let credentials = ''
    const { url, received } = await openServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth({ username, password }, _, callback) {
        credentials = `${username} ${password}`
        callback(null, { user: username })
      },
    })
    await transportTo(url.replace('smtp://', 'smtp://gate%40house:p%40ss%2Fword@')).send(mail)
    expect(received).toHaveLength(1)
    expect(credentials).toBe('gate@house p@ss/word')
  })

  it('treats a refused login as temporary, and does not reveal the password', async () => {
    const { url } = await openServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth(_, __, callback) {
        callback(new Error('wrong s3cret for ada@example.com'))
      },
    })
    const error = await failureOf(transportTo(url.replace('smtp://', 'smtp://gatehouse:s3cret@')).send(mail))
    expect(error).not.toBeInstanceOf(PermanentMailError)
    expect(error.message).toMatch(/^SMTP: EAUTH 535/)
    expect(error.message).not.toMatch(/s3cret|ada/)
  })

  it.each([
    [550, '5.1.1 <ada@example.com>: no such user', true],
    [450, '4.2.1 <ada@example.com>: greylisted', false],
    [421, '4.3.2 closing', false],
  ])('knows a refused recipient that is final: %i', async (code, text, permanent) => {
    const { url } = await openServer({ onRcptTo: (_, __, callback) => callback(refusing(code, text)) })
    const error = await failureOf(transportTo(url).send(mail))
    expect(error instanceof PermanentMailError).toBe(permanent)
    expect(error.message).toContain(String(code))
    expect(error.message).not.toContain('ada')
  })

  it.each([
    [554, true],
    [451, false],
  ])('knows refused content that is final: %i', async (code, permanent) => {
    const { url } = await openServer({
      onData(stream, _, callback) {
        stream.resume()
        stream.on('end', () => callback(refusing(code, 'no thanks')))
      },
    })
    expect((await failureOf(transportTo(url).send(mail))) instanceof PermanentMailError).toBe(permanent)
  })

  it('treats a refused sender as a temporary failure that the operator can fix', async () => {
    const { url } = await openServer({ onMailFrom: (_, __, callback) => callback(refusing(550, 'who?')) })
    expect(await failureOf(transportTo(url).send(mail))).not.toBeInstanceOf(PermanentMailError)
  })

  it('fails if no server listens', async () => {
    const { url, server } = await openServer()
    await new Promise<void>((resolve) => void server.close(() => resolve()))
    const error = await failureOf(transportTo(url).send(mail))
    expect(error.message).toContain('ECONNREFUSED')
  })

  it('fails in time when the server says nothing', async () => {
    const { url } = await openSocketServer(() => undefined)
    const error = await failureOf(transportTo(url, { totalMs: 300 }).send(mail))
    expect(error.message).toBe('The mail server took too long.')
  })

  it('fails in time when the server drips, and sends what waited behind it no later', async () => {
    const { url, connections, open } = await openSocketServer((socket) => {
      const timer = setInterval(() => socket.write('2'), 20)
      socket.on('close', () => clearInterval(timer))
    })
    const transport = transportTo(url, { totalMs: 300 })
    const errors = await Promise.all(Array.from({ length: 15 }, () => failureOf(transport.send(mail))))
    expect(errors.map(({ message }) => message)).toEqual(errors.map(() => 'The mail server took too long.'))
    await eventually(() => expect(open()).toBe(0))
    expect(connections()).toBeLessThanOrEqual(15)
  })

  it('fails, not for ever, when the server drops the connection half-way through the mail', async () => {
    const { url, connections } = await openSocketServer((socket) => {
      let data = false
      socket.write('220 here\r\n')
      socket.on('data', (chunk) => {
        if (data) return void socket.destroy()
        data = chunk.toString().startsWith('DATA')
        socket.write(data ? '354 go on\r\n' : '250 ok\r\n')
      })
    })
    const error = await failureOf(transportTo(url).send(mail))
    expect(error).not.toBeInstanceOf(PermanentMailError)
    expect(connections()).toBeLessThanOrEqual(2)
  })

  it('sends nothing, and no password, over an open connection where TLS is required', async () => {
    let said = ''
    const { url } = await openSocketServer((socket) => {
      socket.write('220 here\r\n')
      socket.on('data', (chunk) => {
        said += chunk.toString()
        socket.write(
          chunk.toString().startsWith('EHLO') ? '250-here\r\n250 AUTH PLAIN LOGIN\r\n' : '454 no\r\n',
        )
      })
    })
    const withUser = url.replace('smtp://', 'smtp://gatehouse:s3cret@')
    const error = await failureOf(transportTo(withUser, { requireTls: true }).send(mail))
    expect(error).not.toBeInstanceOf(PermanentMailError)
    expect(said).not.toMatch(/AUTH|MAIL FROM/)
  })

  it('trusts no self-signed certificate', async () => {
    const { url, received } = await openServer({ disabledCommands: [] })
    await failureOf(transportTo(url, { requireTls: true }).send(mail))
    expect(received).toEqual([])
  })
})

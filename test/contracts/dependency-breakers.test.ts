import { SMTPServer } from 'smtp-server'
import { afterEach, describe, expect, it } from 'vitest'
import { WebhookAlertSink } from '../../src/adapters/alerts/webhook-alert-sink.ts'
import { RangeBreachChecker } from '../../src/adapters/breach/range-breach-checker.ts'
import {
  createDependencyBreaker,
  type RemoteService,
} from '../../src/adapters/failover/dependency-breaker.ts'
import { SendgridMailTransport } from '../../src/adapters/mail/sendgrid-mail-transport.ts'
import { isSmtpFailure, SmtpMailTransport } from '../../src/adapters/mail/smtp-mail-transport.ts'
import { PrometheusMetrics } from '../../src/adapters/telemetry/prometheus-metrics.ts'
import { isWebhookFailure } from '../../src/adapters/webhook/signed-webhook.ts'
import { Secret } from '../../src/lib/crypto/secret.ts'
import { Dependencies } from '../../src/lib/observation/dependencies.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { systemClock } from '../../src/lib/time/clock.ts'
import { AlertReceiver } from '../support/alert-receiver.ts'
import { openBreachApi } from '../support/breach-api.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { TcpProxy } from '../support/tcp-proxy.ts'

const mail = {
  messageId: '<1@example.com>',
  from: { name: null, email: 'no-reply@example.com' },
  to: 'ada@example.com',
  language: 'en',
  subject: 'Hello',
  text: 'text',
  html: '<p>html</p>',
}
const notice = {
  id: '1:0',
  kind: 'FLOOD_BLOCKED',
  message: 'An address was blocked.',
  occurrences: 1,
  windowStart: new Date(0),
  windowEnd: new Date(1),
  details: {},
} as const
const totalMs = 1500

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** A breaker on a manual clock, what it logs, and its gauge. */
function observed(dependency: RemoteService, isFailure?: (error: unknown) => boolean) {
  const clock = new ManualClock()
  const lines: string[] = []
  const note = (fields: object, message: string) => void lines.push(`${message} ${JSON.stringify(fields)}`)
  const metrics = new PrometheusMetrics()
  const logger = { ...silentLogger, warn: note, info: note }
  const breaker = createDependencyBreaker(
    dependency,
    { clock, dependencies: new Dependencies({ logger, gauges: metrics }) },
    isFailure,
  )
  const gauge = async () => {
    const pattern = new RegExp(`^gatehouse_dependency_state\\{dependency="${dependency}"\\} (\\d)$`, 'm')
    return pattern.exec((await metrics.read()).body)?.[1]
  }
  return { breaker, clock, lines, gauge }
}

async function through(target: string): Promise<TcpProxy> {
  const proxy = await TcpProxy.open(target)
  closing.push(() => proxy.close())
  return proxy
}

async function openReceiver(): Promise<AlertReceiver> {
  const receiver = await AlertReceiver.open()
  closing.push(() => receiver.close())
  return receiver
}

async function openSmtp() {
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, _, done) => {
      stream.resume()
      stream.on('end', () => done())
    },
  })
  server.on('error', () => undefined)
  const listening = server.listen(0, '127.0.0.1')
  await new Promise((resolve) => listening.once('listening', resolve))
  closing.push(() => new Promise((resolve) => void server.close(() => resolve(null))))
  const address = listening.address()
  const port = address === null || typeof address === 'string' ? 0 : address.port
  const proxy = await through(`smtp://127.0.0.1:${port}`)
  const seen = observed('smtp', isSmtpFailure)
  const transport = new SmtpMailTransport({
    url: new Secret(proxy.url),
    requireTls: false,
    totalMs,
    breaker: seen.breaker,
  })
  closing.push(() => transport.close())
  return { ...seen, proxy, call: () => transport.send(mail) }
}

async function openSendgrid() {
  const receiver = await openReceiver()
  const proxy = await through(receiver.url)
  const seen = observed('sendgrid')
  const transport = new SendgridMailTransport({
    apiKey: new Secret('SG.key'),
    baseUrl: new URL(proxy.url),
    totalMs,
    breaker: seen.breaker,
  })
  return { ...seen, proxy, receiver, call: () => transport.send(mail) }
}

async function openWebhook() {
  const receiver = await openReceiver()
  const proxy = await through(receiver.url)
  const seen = observed('alert_webhook', isWebhookFailure)
  const sink = new WebhookAlertSink({
    url: new Secret(proxy.url),
    secret: new Secret('s3cret'),
    privateAllowed: true,
    clock: systemClock,
    totalMs,
    breaker: seen.breaker,
  })
  return { ...seen, proxy, receiver, call: () => sink.send(notice) }
}

async function openBreachList() {
  const api = await openBreachApi([])
  closing.push(() => api.close())
  const proxy = await through(api.url)
  const seen = observed('breach_list')
  const checker = new RangeBreachChecker({ baseUrl: new URL(proxy.url), breaker: seen.breaker })
  const call = async () => {
    if ((await checker.isBreached('hunter2')) === null) throw new Error('not known')
  }
  return { ...seen, proxy, call }
}

const succeeds = (call: () => Promise<void>) =>
  call().then(
    () => true,
    () => false,
  )

const cases = [
  { name: 'smtp', failures: 5, open: openSmtp },
  { name: 'sendgrid', failures: 5, open: openSendgrid },
  { name: 'alert_webhook', failures: 3, open: openWebhook },
  { name: 'breach_list', failures: 1, open: openBreachList },
]

describe.each(cases)('$name', ({ name, failures, open }) => {
  it.each(['freeze', 'cut'] as const)(
    'is left alone after it failed (%s) until a probe succeeds',
    async (fault) => {
      const { proxy, clock, lines, gauge, call } = await open()
      expect([await succeeds(call), await gauge()]).toEqual([true, '0'])
      proxy[fault]()
      const failing = Array.from({ length: failures }, () => succeeds(call))
      expect(await Promise.all(failing)).toEqual(failing.map(() => false))
      expect(await gauge()).toBe('1')
      proxy.restore()
      // The server works again, but no call reaches it before the pause is over.
      expect(await succeeds(call)).toBe(false)
      proxy[fault]()
      clock.advance(61)
      expect(await succeeds(call)).toBe(false)
      proxy.restore()
      expect([await succeeds(call), await gauge()]).toEqual([false, '1'])
      clock.advance(61)
      expect(await Promise.all([succeeds(call), succeeds(call)])).toEqual([true, false])
      expect([await succeeds(call), await gauge()]).toEqual([true, '0'])
      expect(lines).toHaveLength(2)
      expect(lines[0]).toContain(`"dependency":"${name}"`)
      expect(lines.join()).not.toMatch(/127\.0\.0\.1|s3same|SG\.key/)
    },
  )
})

describe('a response', () => {
  it.each([openSendgrid, openWebhook])('that refuses one call does not block others (%o)', async (open) => {
    const { receiver, call, gauge } = await open()
    receiver.status = 400
    for (let n = 0; n < 6; n += 1) expect(await succeeds(call)).toBe(false)
    expect(await gauge()).toBe('0')
    receiver.status = 503
    for (let n = 0; n < 6; n += 1) expect(await succeeds(call)).toBe(false)
    expect(await gauge()).toBe('1')
  })
})

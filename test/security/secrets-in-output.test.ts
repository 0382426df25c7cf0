import { randomBytes } from 'node:crypto'
import type { InMemorySpanExporter } from '@opentelemetry/sdk-trace-node'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Closer } from '../../src/lib/concurrency/closer.ts'
import { AlertReceiver } from '../support/alert-receiver.ts'
import { figuresTextOf } from '../support/figures.ts'
import { traceInMemory } from '../support/in-memory-traces.ts'
import { linkTokenFor } from '../support/one-time-links.ts'
import { changePasswordDocument, resetPasswordDocument, verifyEmailDocument } from '../support/operations.ts'
import { askAs, signUp } from '../support/people.ts'
import { requestCode, signUpWithPhone, verifyCode } from '../support/phones.ts'
import {
  challenge,
  nextCode,
  signUpWithTotp,
  totpCode,
  tryComplete,
  wrongCode,
} from '../support/second-steps.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'

const plant = (name: string) => `Pl4nted-${name}-${randomBytes(12).toString('hex')}`
const planted = {
  smtpPassword: plant('smtp'),
  alertSecret: plant('alert'),
  smsSecret: plant('sms'),
  metricsToken: plant('metrics'),
  newPassword: `${plant('password')}!`,
  forgedToken: `gho_${randomBytes(32).toString('base64url')}`,
}
/** Everything that must appear in no output, by what it is. */
const secrets = new Map<string, string>(Object.entries(planted))

const closer = new Closer()
let exporter: InMemorySpanExporter
let test: TestApp

beforeAll(async () => {
  exporter = traceInMemory(closer)
  const [alerts, texts] = [await AlertReceiver.open(), await AlertReceiver.open()]
  // Both refuse: failures are logged with their cause.
  alerts.status = 500
  texts.status = 403
  for (const receiver of [alerts, texts]) closer.add('receiver', () => receiver.close())
  test = await createTestApp({
    env: {
      METRICS_TOKEN: planted.metricsToken,
      SMTP_URL: `smtp://gatehouse:${planted.smtpPassword}@127.0.0.1:${await openRefusingMailServer()}`,
      MAIL_FROM: 'no-reply@example.com',
      ALERT_WEBHOOK_URL: alerts.url,
      ALERT_WEBHOOK_SECRET: planted.alertSecret,
      ALERT_WEBHOOK_PRIVATE: 'on',
      SMS_WEBHOOK_URL: texts.url,
      SMS_WEBHOOK_SECRET: planted.smsSecret,
      SMS_WEBHOOK_PRIVATE: 'on',
      REFRESH_GRACE_SECONDS: '0',
      LOG_LEVEL: 'debug',
    },
  })
  closer.add('app', () => test.close())
  secrets.set('webhook URL', 's3same')
  await useEverySecret()
})
afterAll(() => closer.close())

/** A mail server that refuses the password. */
async function openRefusingMailServer(): Promise<number> {
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    onAuth: (_auth, _session, done) => done(new Error('535 refused')),
  })
  server.on('error', () => undefined)
  closer.add('mail server', () => new Promise((resolve) => void server.close(() => resolve())))
  return new Promise((resolve, reject) => {
    const listening = server.listen(0, '127.0.0.1', () => {
      const address = listening.address()
      if (address === null || typeof address === 'string') reject(new Error('The mail server has no port.'))
      else resolve(address.port)
    })
  })
}

async function useEverySecret(): Promise<void> {
  await useLinks()
  await useFactors()
  await usePhone()
  await test.deliverMail()
  await test.app.alertMessenger.deliverDue()
  await test.app.fetch(new Request(new URL('/health/live', test.config.server.publicUrl)))
  const wrong = new Request(new URL('/metrics', test.config.server.publicUrl), {
    headers: { authorization: `Bearer ${planted.metricsToken}x` },
  })
  await test.app.fetch(wrong)
}

async function useLinks(): Promise<void> {
  const ada = await signUp(test.actor())
  secrets.set('access token', ada.accessToken).set('refresh token', ada.refreshToken)
  const reset = await linkTokenFor(test, { purpose: 'RESET_PASSWORD', userId: ada.userId })
  const verify = await linkTokenFor(test, { purpose: 'VERIFY_EMAIL', userId: ada.userId, email: ada.email })
  secrets.set('token of a reset', reset).set('token of a verification', verify)
  for (const token of [planted.forgedToken, verify, verify])
    await test.actor().ask(verifyEmailDocument, { input: { token } })
  for (const token of [planted.forgedToken, reset, reset])
    await test.actor().ask(resetPasswordDocument, { input: { token, newPassword: planted.newPassword } })
  const input = { currentPassword: planted.newPassword, newPassword: planted.newPassword }
  await askAs(test, ada, changePasswordDocument, { input })
}

async function useFactors(): Promise<void> {
  const eve = await signUpWithTotp(test)
  secrets.set('secret of an app', eve.secret)
  for (const [at, code] of eve.recoveryCodes.entries()) secrets.set(`recovery code ${at}`, code)
  const actor = test.actor()
  const token = await challenge(actor, eve.email)
  secrets.set('challenge token', token)
  await tryComplete(actor, token, { code: wrongCode(test, eve) })
  await tryComplete(actor, token, { recoveryCode: `${eve.recoveryCodes[0]}x` })
  await tryComplete(actor, token, { recoveryCode: eve.recoveryCodes[0] })
  const again = await challenge(actor, eve.email)
  const code = nextCode(test, eve)
  await tryComplete(actor, again, { code })
  await tryComplete(actor, again, { code: totpCode(test, eve, 1) })
}

async function usePhone(): Promise<void> {
  const kay = await signUpWithPhone(test)
  await requestCode(test, kay)
  await verifyCode(test, kay, '000000')
}

describe('no secret is in', () => {
  const found = (text: string) =>
    [...secrets]
      .filter(([, secret]) => formsOf(secret).some((form) => text.includes(form)))
      .map(([name]) => name)

  it('the log, whose lines were written', () => {
    const log = test.log.join('\n')
    expect(secrets.size).toBeGreaterThan(18)
    expect(log).toContain('mail postponed')
    expect(log).toContain('"level":"debug"')
    expect(found(log)).toEqual([])
    expect(log).not.toContain(goodPassword)
  })

  it('the metrics', async () => {
    const figures = await figuresTextOf(test)
    expect(figures).toContain('gatehouse_service_call_seconds_count{service="smtp",outcome="failed"}')
    expect(found(figures)).toEqual([])
  })

  it('the traces', () => {
    const spans = exporter.getFinishedSpans()
    const text = JSON.stringify(
      spans.map(({ name, attributes, events, status, links }) => ({
        name,
        attributes,
        events,
        status,
        links,
      })),
    )
    for (const name of ['call smtp', 'call sms_webhook', 'flow resetPassword', 'flow completeMfaChallenge'])
      expect(text).toContain(name)
    expect(found(text)).toEqual([])
  })
})

/** As it is, in a URL, in base64, and quoted in JSON. */
function formsOf(secret: string): readonly string[] {
  const encoded = Buffer.from(secret).toString('base64')
  return [secret, encodeURIComponent(secret), encoded.slice(0, 40), JSON.stringify(secret).slice(1, -1)]
}

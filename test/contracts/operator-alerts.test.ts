import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import type { GatheredAlerts } from '../../src/domain/alerts/alert.ts'
import type { Infrastructure } from '../../src/infrastructure/infrastructure.ts'
import { AlertReceiver, isSigned } from '../support/alert-receiver.ts'
import { eventually } from '../support/eventually.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { createTestApp, type TestApp, type TestAppOptions } from '../support/test-app.ts'
import { openTestDatabase } from '../support/test-database.ts'

const secret = 'a-secret-of-the-webhook-0123456789abcdef'
const windowSeconds = 300

interface Watched {
  readonly test: TestApp
  readonly alerts: GatheredAlerts
  /** One round of the messenger; answers how many tellings it took in hand. */
  round(): Promise<number>
}

let database: Database
let receiver: AlertReceiver
let clock: ManualClock
const open: Watched[] = []

beforeAll(async () => {
  database = await openTestDatabase()
})
afterAll(() => database.close())
beforeEach(async () => {
  receiver = await AlertReceiver.open()
  clock = new ManualClock()
  // To the beginning of a window.
  clock.advance(windowSeconds - ((clock.now().getTime() / 1000) % windowSeconds))
})
afterEach(async () => {
  for (const { test } of open.splice(0)) await test.close()
  await receiver.close()
  await database.client.operatorAlert.deleteMany()
  await database.client.mailMessage.deleteMany()
})

async function watch(
  env: Readonly<Record<string, string>> = {},
  change: TestAppOptions['infrastructure'] = (opened) => opened,
): Promise<Watched> {
  let opened: Infrastructure | undefined
  const test = await createTestApp({
    database,
    clock,
    env: { ALERT_WINDOW_SECONDS: String(windowSeconds), ...env },
    infrastructure: (given) => {
      opened = change(given)
      return opened
    },
  })
  if (opened === undefined) throw new Error('Nothing was opened.')
  const watched = { test, alerts: opened.alerts, round: () => test.app.alertMessenger.deliverDue() }
  open.push(watched)
  return watched
}

const byWebhook = () => ({
  ALERT_WEBHOOK_URL: receiver.url,
  ALERT_WEBHOOK_SECRET: secret,
  ALERT_WEBHOOK_PRIVATE: 'on',
})
const summaryIsDue = () => clock.advance(windowSeconds + 2)

describe('an alert', () => {
  it('is delivered immediately, signed, with what a receiver needs', async () => {
    const { alerts, round } = await watch(byWebhook())
    alerts.raise('FLOOD_BLOCKED', { address: '203.0.113.7' })
    expect(await round()).toBe(1)
    const [reported] = receiver.received
    const row = await database.client.operatorAlert.findFirstOrThrow()
    expect(receiver.notices).toEqual([
      {
        id: `${row.id}:0`,
        kind: 'FLOOD_BLOCKED',
        message: 'An address was blocked after too many refused calls.',
        occurrences: 1,
        windowStart: clock.now().toISOString(),
        windowEnd: new Date(clock.now().getTime() + windowSeconds * 1000).toISOString(),
        details: { address: '203.0.113.7' },
      },
    ])
    const now = clock.now().getTime() / 1000
    expect(reported?.headers['content-type']).toBe('application/json')
    expect(reported !== undefined && isSigned(reported, secret, now)).toBe(true)
    expect(reported !== undefined && isSigned(reported, `${secret}!`, now)).toBe(false)
    expect(reported !== undefined && isSigned({ ...reported, body: `${reported.body} ` }, secret, now)).toBe(
      false,
    )
    summaryIsDue()
    expect(await round()).toBe(0)
  })

  it('that is raised a thousand times is delivered twice: first immediately, then as a sum at the end of the window', async () => {
    const { alerts, round } = await watch(byWebhook())
    alerts.raise('CREDENTIAL_STUFFING', { address: '203.0.113.7' })
    await round()
    for (let index = 1; index < 1000; index += 1) {
      alerts.raise('CREDENTIAL_STUFFING', { address: `203.0.113.${index % 256}` })
      if (index % 100 === 0) {
        clock.advance(1)
        expect(await round()).toBe(0)
      }
    }
    expect(await round()).toBe(0)
    summaryIsDue()
    expect(await round()).toBe(1)
    expect(await round()).toBe(0)
    expect(receiver.notices.map(({ occurrences }) => occurrences)).toEqual([1, 1000])
    const [first, summary] = receiver.notices
    expect(summary).toEqual({ ...first, id: String(first?.id).replace(/:0$/, ':1'), occurrences: 1000 })
  })

  it('does not prevent the delivery of another kind, or in the next window', async () => {
    const { alerts, round } = await watch(byWebhook())
    alerts.raise('PASSWORD_SPRAYING', {})
    alerts.raise('SESSION_REPORTED', {})
    expect(await round()).toBe(2)
    clock.advance(windowSeconds)
    alerts.raise('PASSWORD_SPRAYING', {})
    expect(await round()).toBe(1)
    expect(receiver.notices.map(({ kind }) => kind).sort()).toEqual([
      'PASSWORD_SPRAYING',
      'PASSWORD_SPRAYING',
      'SESSION_REPORTED',
    ])
  })

  it('that several processes raise is delivered by one of them', async () => {
    const all = [await watch(byWebhook()), await watch(byWebhook()), await watch(byWebhook())]
    const rounds = () => Promise.all(all.map(({ round }) => round()))
    for (const { alerts } of all) alerts.raise('REFRESH_TOKEN_REUSED', {})
    await rounds()
    await rounds()
    for (const { alerts } of all)
      for (let index = 0; index < 50; index += 1) alerts.raise('REFRESH_TOKEN_REUSED', {})
    await rounds()
    summaryIsDue()
    await rounds()
    await rounds()
    expect(receiver.notices).toHaveLength(2)
    expect(receiver.notices[1]).toMatchObject({ occurrences: 153 })
  })

  it('contains no characters that a database refuses, and no overlong text', async () => {
    const { alerts, round } = await watch(byWebhook())
    alerts.raise('FLOOD_BLOCKED', { note: 'a\u0000b\ud800c\u001b[2J', long: 'x'.repeat(900) })
    alerts.raise('ACCOUNT_LOCKED', { many: Array.from({ length: 500 }, () => 'seven') })
    expect(await round()).toBe(2)
    const details = Object.fromEntries(receiver.notices.map(({ kind, details }) => [kind, details]))
    expect(details).toEqual({
      FLOOD_BLOCKED: { note: 'a\ufffdb\ufffdc\ufffd[2J', long: 'x'.repeat(500) },
      ACCOUNT_LOCKED: {},
    })
  })

  it('is logged if there is no recipient, the first immediately and the others as one line', async () => {
    const { test, alerts, round } = await watch()
    for (let index = 0; index < 1000; index += 1) alerts.raise('ACCOUNT_LOCKED', { userId: String(index) })
    clock.advance(windowSeconds)
    expect(await round()).toBe(0)
    const lines = test.log.filter((line) => line.includes('alert')).map((line) => JSON.parse(line))
    expect(lines).toMatchObject([
      { kind: 'ACCOUNT_LOCKED', details: { userId: '0' } },
      { kind: 'ACCOUNT_LOCKED', occurrences: 999 },
    ])
    expect(await database.client.operatorAlert.count()).toBe(0)
  })
})

describe('a receiver that fails', () => {
  it('is tried again after 10 s, 1 m, 5 m and 30 m under the same id, and then given up', async () => {
    const { test, alerts, round } = await watch(byWebhook())
    receiver.status = 500
    alerts.raise('FLOOD_BLOCKED', {})
    for (const seconds of [10, 60, 300, 1800]) {
      expect(await round()).toBe(1)
      clock.advance(seconds - 1)
      expect(await round()).toBe(0)
      clock.advance(1)
    }
    expect(await round()).toBe(1)
    clock.advance(86_400)
    expect(await round()).toBe(0)
    expect(receiver.received).toHaveLength(5)
    expect(new Set(receiver.notices.map(({ id }) => id)).size).toBe(1)
    expect(test.log.filter((line) => line.includes('alert abandoned'))).toHaveLength(1)
    expect(test.log.join('\n')).not.toMatch(/s3same|a-secret-of-the-webhook|127\.0\.0\.1/)
    expect(await database.client.operatorAlert.findFirstOrThrow()).toMatchObject({
      lastError: 'The webhook: HTTP 500.',
      nextAttemptAt: null,
    })
  })

  it('hears the summary as well once it is back', async () => {
    const { alerts, round } = await watch(byWebhook())
    receiver.status = 503
    alerts.raise('FLOOD_BLOCKED', {})
    await round()
    for (let index = 0; index < 9; index += 1) alerts.raise('FLOOD_BLOCKED', {})
    receiver.status = 200
    clock.advance(10)
    expect(await round()).toBe(1)
    summaryIsDue()
    expect(await round()).toBe(1)
    expect(receiver.notices.map(({ occurrences }) => occurrences)).toEqual([1, 10, 10])
    expect(receiver.notices.map(({ id }) => String(id).replace(/.*:/, ''))).toEqual(['0', '0', '1'])
  })

  it('is not followed elsewhere', async () => {
    const { alerts, round } = await watch(byWebhook())
    receiver.status = 307
    alerts.raise('FLOOD_BLOCKED', {})
    await round()
    expect(receiver.received).toHaveLength(1)
    expect(await database.client.operatorAlert.findFirstOrThrow()).toMatchObject({
      lastError: 'The webhook: HTTP 307.',
    })
  })

  it('is delivered by another process if the first one was killed during the attempt', async () => {
    const [one, two] = [await watch(byWebhook()), await watch(byWebhook())]
    one.alerts.raise('FLOOD_BLOCKED', {})
    await one.alerts.flush()
    const { operatorAlert } = database.client
    const claimedUntil = new Date(clock.now().getTime() + 30_000)
    await operatorAlert.updateMany({ data: { claimedUntil, attempts: 1 } })
    expect(await two.round()).toBe(0)
    clock.advance(30)
    expect(await two.round()).toBe(1)
    expect(receiver.received).toHaveLength(1)
  })
})

describe('a database that is away', () => {
  it('is written to later, and nothing is lost or grows', async () => {
    let away = true
    const { alerts, round } = await watch(byWebhook(), (opened) => ({ ...opened }))
    const { client } = database
    const record = client.$executeRaw
    Object.defineProperty(client, '$executeRaw', {
      configurable: true,
      value: (...args: Parameters<typeof record>) =>
        away ? Promise.reject(new Error('no database')) : Reflect.apply(record, client, args),
    })
    try {
      for (let index = 0; index < 3; index += 1) {
        for (let times = 0; times < 100; times += 1) alerts.raise('FLOOD_BLOCKED', { index, times })
        await expect(alerts.flush()).rejects.toThrow('no database')
      }
      away = false
      expect(await round()).toBe(1)
    } finally {
      Reflect.deleteProperty(client, '$executeRaw')
    }
    expect(receiver.notices).toMatchObject([{ occurrences: 300, details: { index: 0, times: 0 } }])
  })

  it('may keep its answer to itself: what is written again in the next window does not stand in the way', async () => {
    const { test, alerts, round } = await watch(byWebhook())
    const { client } = database
    const record = client.$executeRaw
    Object.defineProperty(client, '$executeRaw', {
      configurable: true,
      value: async (...args: Parameters<typeof record>) => {
        await Reflect.apply(record, client, args)
        throw new Error('no answer')
      },
    })
    alerts.raise('FLOOD_BLOCKED', { address: '203.0.113.7' })
    try {
      await expect(alerts.flush()).rejects.toThrow('no answer')
    } finally {
      Reflect.deleteProperty(client, '$executeRaw')
    }
    test.clock.advance(windowSeconds)
    alerts.raise('SESSION_REPORTED', {})
    await round()
    expect(receiver.notices.map(({ kind }) => kind).toSorted()).toEqual([
      'FLOOD_BLOCKED',
      'FLOOD_BLOCKED',
      'SESSION_REPORTED',
    ])
  })
})

describe('alerts by mail', () => {
  const byMail = { ALERT_EMAIL: 'operators@example.com' }

  it('go through the outbox, one to a telling', async () => {
    const { test, alerts, round } = await watch(byMail)
    alerts.raise('FLOOD_BLOCKED', { address: '203.0.113.7', agent: '<script>alert(1)</script>' })
    expect(await round()).toBe(1)
    for (let index = 0; index < 9; index += 1) alerts.raise('FLOOD_BLOCKED', {})
    await round()
    summaryIsDue()
    expect(await round()).toBe(1)
    await test.deliverMail()
    expect(test.mailbox).toHaveLength(2)
    const [summary, first] = test.mailbox
    expect(first).toMatchObject({
      to: 'operators@example.com',
      subject: expect.stringMatching(/: FLOOD_BLOCKED$/),
    })
    expect(first?.text).toContain('An address was blocked after too many refused calls.')
    expect(first?.text).toMatch(/Once between .* The first: \{.*"address":"203\.0\.113\.7"/)
    expect(first?.html).not.toContain('<script')
    expect(summary?.text).toContain('10 times between')
  })

  it('are not repeated with the webhook, nor held up by it', async () => {
    const { test, alerts, round } = await watch({ ...byMail, ...byWebhook() })
    receiver.status = 500
    alerts.raise('FLOOD_BLOCKED', {})
    await round()
    await test.deliverMail()
    expect(test.mailbox).toHaveLength(1)
    clock.advance(10)
    expect(await round()).toBe(1)
    receiver.status = 200
    clock.advance(60)
    expect(await round()).toBe(1)
    await test.deliverMail()
    expect(receiver.received).toHaveLength(3)
    expect(test.mailbox).toHaveLength(1)
  })
})

describe('the messenger', () => {
  it('delivers within two seconds without being called, and writes the last alerts when it stops', async () => {
    const { test, alerts } = await watch(byWebhook())
    test.app.alertMessenger.start()
    alerts.raise('FLOOD_BLOCKED', {})
    await eventually(() => expect(receiver.received).toHaveLength(1))
    alerts.raise('FLOOD_BLOCKED', {})
    await test.app.alertMessenger.stop()
    expect(await database.client.operatorAlert.findFirstOrThrow()).toMatchObject({ occurrences: 2 })
  })

  it('leaves rows that 30 days have passed over to the purge', async () => {
    const { test, alerts, round } = await watch(byWebhook())
    alerts.raise('FLOOD_BLOCKED', {})
    await round()
    clock.advance(30 * 86_400)
    expect(await test.app.jobs.purgeExpired()).toBe(0)
    clock.advance(windowSeconds + 1)
    expect(await test.app.jobs.purgeExpired()).toBe(1)
  })
})

import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { AesSealer } from '../../src/adapters/crypto/aes-sealer.ts'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { createStores } from '../../src/adapters/prisma/stores/prisma-stores.ts'
import type { Mail } from '../../src/domain/mail/mail.ts'
import { MailComposer, type MailedToken, sealingPurpose } from '../../src/domain/mail/mail-composer.ts'
import { MailError, type OutgoingMail, PermanentMailError } from '../../src/domain/mail/mail-transport.ts'
import { newOneTimeToken } from '../../src/domain/one-time-tokens/one-time-token.ts'
import type { Stores } from '../../src/domain/transaction.ts'
import { Courier } from '../../src/jobs/courier.ts'
import { createDeliverMail } from '../../src/jobs/deliver-mail.ts'
import { Secret } from '../../src/lib/crypto/secret.ts'
import { createIds } from '../../src/lib/ids/ids.ts'
import { silentLogger } from '../../src/lib/observation/logger.ts'
import { noMetrics } from '../../src/lib/observation/metrics.ts'
import { eventually } from '../support/eventually.ts'
import { ManualClock } from '../support/manual-clock.ts'
import { Stopwatch } from '../support/stopwatch.ts'
import { openTestDatabase } from '../support/test-database.ts'

let database: Database
let stores: Stores
beforeAll(async () => {
  database = await openTestDatabase()
  stores = createStores(database.client)
})
afterAll(() => database.close())
beforeEach(async () => {
  await database.client.mailMessage.deleteMany()
  await database.client.user.deleteMany()
})

const sealer = new AesSealer(new Secret(Buffer.alloc(32, 7).toString('base64')))
const look = {
  app: { name: 'Acme', url: new URL('https://app.example.com'), color: '#123456' },
  links: {
    verifyEmail: 'https://app.example.com/verify/{token}',
    denyRegistration: 'https://app.example.com/deny/{token}',
    resetPassword: 'https://app.example.com/reset/{token}',
    confirmEmail: 'https://app.example.com/confirm/{token}',
    undoEmailChange: 'https://app.example.com/undo/{token}',
    undoFactorChange: 'https://app.example.com/undo-factor/{token}',
    unlockAccount: 'https://app.example.com/unlock?token={token}',
    reportSession: 'https://app.example.com/report?token={token}',
  },
}

type Send = (mail: OutgoingMail) => Promise<void>

/** A courier with a mail server of the test's own making; null is none. */
function hire(
  send: Send | null,
  more: {
    stores?: Pick<Stores, 'mail' | 'oneTimeTokens' | 'phoneCodes'>
    drainSeconds?: number
    capacity?: () => number
  } = {},
) {
  const clock = new ManualClock()
  const ids = createIds(clock)
  const sent: OutgoingMail[] = []
  const transport = {
    async send(mail: OutgoingMail) {
      await send?.(mail)
      sent.push(mail)
    },
    async close() {},
  }
  const { mail: store, oneTimeTokens, phoneCodes } = more.stores ?? stores
  const from = { name: 'Acme', email: 'no-reply@acme.example' }
  const dispatch = send === null ? null : { transport, from }
  const deliver = createDeliverMail({
    store,
    oneTimeTokens,
    sealer,
    dispatch,
    phoneCodes,
    texts: null,
    look,
    clock,
    logger: silentLogger,
    metrics: noMetrics,
  })
  const courier = new Courier({
    channel: 'MAIL',
    store,
    deliver,
    capacity: more.capacity ?? (() => Number.POSITIVE_INFINITY),
    clock,
    logger: silentLogger,
    drainSeconds: more.drainSeconds ?? 1,
  })
  const composer = new MailComposer({ sealer, ids, clock })
  const write = async (
    mail: Mail = { kind: 'PASSWORD_CHANGED' },
    { to = 'ada@example.com', tokens = [] }: { to?: string | null; tokens?: readonly MailedToken[] } = {},
  ) => {
    const queued = composer.compose(
      { to: to === null ? null : { email: to, name: 'Ada' }, mail, tokens },
      null,
    )
    await stores.mail.enqueue(queued)
    return queued.id
  }
  return { clock, ids, sent, courier, write }
}

const good: Send = async () => undefined
const rowOf = (id: string) => database.client.mailMessage.findUniqueOrThrow({ where: { id } })

async function addUser(): Promise<string> {
  const id = crypto.randomUUID()
  const tenant = await database.client.tenant.findFirstOrThrow()
  await database.client.user.create({ data: { id, tenantId: tenant.id, email: `${id}@example.com` } })
  return id
}

describe('while the mail server does not respond', () => {
  it('mails stay in the queue and keep their attempts; one of them is the probe', async () => {
    let capacity = 0
    const { courier, sent, write } = hire(good, { capacity: () => capacity })
    const ids = [await write(), await write(), await write()]
    expect(await courier.deliverDue()).toBe(0)
    for (const id of ids) expect(await rowOf(id)).toMatchObject({ state: 'QUEUED', attempts: 0 })
    capacity = 1
    const failing = hire(
      async () => {
        capacity = 0
        throw new MailError('no response')
      },
      { capacity: () => capacity },
    )
    expect(await failing.courier.deliverDue()).toBe(1)
    const attempts = await Promise.all(ids.map(async (id) => (await rowOf(id)).attempts))
    expect(attempts.toSorted()).toEqual([0, 0, 1])
    capacity = Number.POSITIVE_INFINITY
    expect(await courier.deliverDue()).toBe(2)
    expect(sent).toHaveLength(2)
  })
})

describe('a mail', () => {
  it('is written, sent once and forgotten', async () => {
    const { courier, sent, write, clock } = hire(good)
    const id = await write()
    expect(await courier.deliverDue()).toBe(1)
    expect(sent).toHaveLength(1)
    expect(sent[0]).toMatchObject({
      messageId: `<${id}@acme.example>`,
      from: { name: 'Acme', email: 'no-reply@acme.example' },
      to: 'ada@example.com',
      subject: 'Your password for Acme was changed',
    })
    expect(await rowOf(id)).toMatchObject({ state: 'SENT', sealedParameters: null, finishedAt: clock.now() })
    expect(await courier.deliverDue()).toBe(0)
  })

  it('that an earlier version has stored is sent, in English', async () => {
    const { courier, sent, write } = hire(good)
    const signedInAt = '2031-01-01T00:00:00.000Z'
    const earlier = [
      { kind: 'PASSWORD_CHANGED', revokedApiKeys: '“ci” (ghk_a…)', remainingApiKeys: '' },
      { kind: 'NEW_SIGN_IN', device: 'Firefox on Linux', place: 'Germany', signedInAt, reportToken: 'gho_x' },
    ]
    for (const mail of earlier) {
      const id = await write()
      const text = JSON.stringify({ to: { email: 'ada@example.com', name: null }, mail, tokens: [] })
      const sealedParameters = sealer.seal(Buffer.from(text), sealingPurpose(id))
      await database.client.mailMessage.update({ where: { id }, data: { kind: mail.kind, sealedParameters } })
    }
    await courier.deliverDue()
    expect(sent.map(({ language, subject }) => `${language}: ${subject}`).sort()).toEqual([
      'en: New sign-in to your Acme account',
      'en: Your password for Acme was changed',
    ])
  })

  it('without a recipient is discarded', async () => {
    const { courier, sent, write } = hire(good)
    const id = await write(
      { kind: 'RESET_PASSWORD', token: 'gho_x' },
      { to: null, tokens: [{ id: crypto.randomUUID(), lifeSeconds: 60 }] },
    )
    await courier.deliverDue()
    expect(sent).toEqual([])
    expect(await rowOf(id)).toMatchObject({ state: 'DISCARDED', sealedParameters: null })
  })

  it('is thrown away where mail is off', async () => {
    const { courier, write } = hire(null)
    const ids = [await write(), await write(undefined, { to: null })]
    await courier.deliverDue()
    for (const id of ids)
      expect(await rowOf(id)).toMatchObject({ state: 'DISCARDED', lastError: 'Mail is disabled.' })
  })

  it('begins the life of its token when it is sent', async () => {
    const { courier, write, clock, ids, sent } = hire(good)
    const userId = await addUser()
    const { secret, token } = newOneTimeToken(
      { ids, clock },
      { purpose: 'RESET_PASSWORD', userId, lifeSeconds: 3600 },
    )
    await stores.oneTimeTokens.insert(token)
    await write({ kind: 'RESET_PASSWORD', token: secret }, { tokens: [{ id: token.id, lifeSeconds: 3600 }] })
    clock.advance(3000)
    await courier.deliverDue()
    expect(sent[0]?.text).toContain(`https://app.example.com/reset/${secret}`)
    clock.advance(3500)
    expect(await stores.oneTimeTokens.find(token.digest, 'RESET_PASSWORD', clock.now())).toMatchObject({
      userId,
    })
    clock.advance(101)
    expect(await stores.oneTimeTokens.find(token.digest, 'RESET_PASSWORD', clock.now())).toBeNull()
  })

  it('whose token is void by now is thrown away', async () => {
    const { courier, write, clock, ids, sent } = hire(good)
    const userId = await addUser()
    const mails: string[] = []
    for (let index = 0; index < 2; index += 1) {
      const { secret, token } = newOneTimeToken(
        { ids, clock },
        { purpose: 'RESET_PASSWORD', userId, lifeSeconds: 60 },
      )
      await stores.oneTimeTokens.insert(token)
      mails.push(
        await write(
          { kind: 'RESET_PASSWORD', token: secret },
          { tokens: [{ id: token.id, lifeSeconds: 60 }] },
        ),
      )
    }
    await courier.deliverDue()
    expect(sent).toHaveLength(1)
    const [older = '', newer = ''] = mails
    expect(await rowOf(older)).toMatchObject({
      state: 'DISCARDED',
      lastError: 'The link in the mail is no longer valid.',
    })
    expect(await rowOf(newer)).toMatchObject({ state: 'SENT' })
  })

  it('that was damaged is given up, and harms no other', async () => {
    const { courier, write, sent } = hire(good)
    const [first, second, third] = [await write(), await write(), await write()]
    const { sealedParameters } = await rowOf(second)
    await database.client.mailMessage.update({ where: { id: first }, data: { sealedParameters } })
    await database.client.mailMessage.update({ where: { id: second }, data: { sealedParameters: null } })
    await courier.deliverDue()
    for (const id of [first, second])
      expect(await rowOf(id)).toMatchObject({
        state: 'FAILED',
        lastError: 'The parameters cannot be decrypted.',
      })
    expect(sent.map(({ messageId }) => messageId)).toEqual([`<${third}@acme.example>`])
  })

  it('of a kind that only a newer version knows is left to that', async () => {
    const { courier, write } = hire(good)
    const id = await write()
    await database.client.mailMessage.update({ where: { id }, data: { kind: 'HOLIDAY_WISHES' } })
    await courier.deliverDue()
    expect(await rowOf(id)).toMatchObject({ state: 'QUEUED', attempts: 1 })
  })

  it('whose tries are always cut short is given up', async () => {
    const { courier, write, sent } = hire(good)
    const id = await write()
    await database.client.mailMessage.update({ where: { id }, data: { attempts: 20 } })
    await courier.deliverDue()
    expect(await rowOf(id)).toMatchObject({ state: 'FAILED', lastError: 'Every attempt was interrupted.' })
    expect(sent).toEqual([])
  })
})

describe('a mail server that fails', () => {
  it('is tried again after 1 m, 5 m, 30 m, 2 h, 6 h and 12 h, with one Message-ID, and then no more', async () => {
    const tries: string[] = []
    const { courier, write, clock } = hire(async ({ messageId }) => {
      tries.push(messageId)
      throw new MailError('SMTP: 421.')
    })
    const id = await write()
    await courier.deliverDue()
    const waits = [60, 300, 1800, 7200, 21_600, 43_200]
    for (const [index, seconds] of waits.entries()) {
      expect(await rowOf(id)).toMatchObject({ state: 'QUEUED', attempts: index + 1, lastError: 'SMTP: 421.' })
      clock.advance(seconds - 1)
      expect(await courier.deliverDue()).toBe(0)
      clock.advance(1)
      expect(await courier.deliverDue()).toBe(1)
    }
    expect(waits.reduce((sum, seconds) => sum + seconds)).toBeLessThanOrEqual(86_400)
    expect(await rowOf(id)).toMatchObject({
      state: 'FAILED',
      lastError: 'SMTP: 421.',
      sealedParameters: expect.anything(),
    })
    expect(tries).toEqual(Array.from({ length: 7 }, () => `<${id}@acme.example>`))
    expect(await courier.deliverDue()).toBe(0)
    // An operator retries it: with all attempts, and the same Message-ID.
    expect(await stores.mail.retryFailed([id], clock.now())).toEqual([id])
    expect(await stores.mail.retryFailed([id], clock.now())).toEqual([])
    expect(await courier.deliverDue()).toBe(1)
    expect(await rowOf(id)).toMatchObject({ state: 'QUEUED', attempts: 1 })
    expect(tries.at(-1)).toBe(`<${id}@acme.example>`)
  })

  it('loses nothing over ten minutes', async () => {
    let down = true
    const { courier, write, clock, sent } = hire(async () => {
      if (down) throw new MailError('Down.')
    })
    for (let index = 0; index < 15; index += 1) await write()
    for (let minute = 0; minute < 10; minute += 1) {
      await courier.deliverDue()
      clock.advance(60)
    }
    down = false
    clock.advance(1800)
    await courier.deliverDue()
    expect(sent).toHaveLength(15)
  })

  it('is believed when it refuses for good', async () => {
    const { courier, write } = hire(async () => {
      throw new PermanentMailError('SMTP: 550 at RCPT TO.')
    })
    const id = await write()
    await courier.deliverDue()
    expect(await rowOf(id)).toMatchObject({
      state: 'FAILED',
      attempts: 1,
      lastError: 'SMTP: 550 at RCPT TO.',
    })
  })

  it('does not leave its words in the database', async () => {
    const { courier, write } = hire(async () => {
      throw new Error('ada@example.com s3cret')
    })
    const id = await write()
    await courier.deliverDue()
    expect(await rowOf(id)).toMatchObject({ state: 'QUEUED', lastError: 'Unexpected error.' })
  })
})

describe('a database that fails', () => {
  it('after the mail was sent does not make it be sent again', async () => {
    let down = true
    const mail = new Proxy(stores.mail, {
      get: (target, name) =>
        name === 'finish'
          ? async (...args: Parameters<typeof target.finish>) => {
              if (down) throw new Error('no database')
              await target.finish(...args)
            }
          : Reflect.get(target, name).bind(target),
    })
    const { courier, write, sent, clock } = hire(good, { stores: { ...stores, mail } })
    const id = await write()
    await courier.deliverDue()
    expect(await rowOf(id)).toMatchObject({ state: 'QUEUED' })
    down = false
    clock.advance(60)
    await courier.deliverDue()
    expect(await rowOf(id)).toMatchObject({ state: 'SENT' })
    expect(sent).toHaveLength(1)
  })
})

describe('the courier', () => {
  it('sends ten at once, and takes no more than it is sending', async () => {
    let running = 0
    let most = 0
    const { courier, write } = hire(async () => {
      running += 1
      most = Math.max(most, running)
      const claimed = await database.client.mailMessage.count({ where: { claimedUntil: { not: null } } })
      expect(claimed).toBeLessThanOrEqual(10)
      await new Promise((resolve) => setTimeout(resolve, 5))
      running -= 1
    })
    for (let index = 0; index < 35; index += 1) await write()
    expect(await courier.deliverDue()).toBe(35)
    expect(most).toBe(10)
  })

  it('shares the work with others', async () => {
    const couriers = [hire(good), hire(good), hire(good)]
    for (let index = 0; index < 45; index += 1) await couriers[0]?.write()
    const before = couriers.map(({ courier, clock }) => {
      clock.advance(1)
      return courier.deliverDue()
    })
    const counts = await Promise.all(before)
    expect(counts.reduce((sum, count) => sum + count)).toBe(45)
    const messageIds = couriers.flatMap(({ sent }) => sent.map(({ messageId }) => messageId))
    expect(new Set(messageIds).size).toBe(45)
  })

  it('delivers at once when woken, also while another mail hangs', async () => {
    let release = () => {}
    const hanging = new Promise<void>((resolve) => {
      release = resolve
    })
    const { courier, write, sent } = hire((mail) =>
      mail.to === 'slow@example.com' ? hanging : Promise.resolve(),
    )
    courier.start()
    await write(undefined, { to: 'slow@example.com' })
    courier.wake()
    await eventually(async () =>
      expect(await database.client.mailMessage.count({ where: { attempts: 1 } })).toBe(1),
    )
    await write(undefined, { to: 'fast@example.com' })
    courier.wake()
    await eventually(() => expect(sent).toMatchObject([{ to: 'fast@example.com' }]))
    release()
    await courier.stop()
    expect(sent).toHaveLength(2)
  })

  it('hears nothing before it is started and after it was stopped', async () => {
    const { courier, write, sent } = hire(good)
    await write()
    courier.wake()
    courier.start()
    await eventually(() => expect(sent).toHaveLength(1))
    await courier.stop()
    await write()
    courier.wake()
    await new Promise((resolve) => setTimeout(resolve, 100))
    expect(sent).toHaveLength(1)
  })

  it('stops once it has sent what it was at, or when that takes too long', async () => {
    const { courier, write, sent } = hire(() => new Promise((resolve) => setTimeout(resolve, 50)))
    for (let index = 0; index < 12; index += 1) await write()
    courier.start()
    await eventually(async () =>
      expect(await database.client.mailMessage.count({ where: { attempts: 1 } })).toBeGreaterThanOrEqual(10),
    )
    await courier.stop()
    expect(sent).toHaveLength(12)

    const stuck = hire(() => new Promise(() => undefined), { drainSeconds: 0.05 })
    await stuck.write()
    stuck.courier.start()
    await eventually(async () =>
      expect(await database.client.mailMessage.count({ where: { claimedUntil: { not: null } } })).toBe(1),
    )
    const watch = new Stopwatch()
    await stuck.courier.stop()
    expect(watch.stop()).toBeLessThan(2000)
  })

  it('forgets what was finished a week ago', async () => {
    const { courier, write, clock } = hire(good)
    const id = await write()
    await courier.deliverDue()
    clock.advance(7 * 86_400 - 1)
    await courier.purge()
    expect(await rowOf(id)).toMatchObject({ state: 'SENT' })
    clock.advance(2)
    await courier.purge()
    expect(await database.client.mailMessage.count()).toBe(0)
  })
})

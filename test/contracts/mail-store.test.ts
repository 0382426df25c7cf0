import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { PrismaMailStore } from '../../src/adapters/prisma/stores/prisma-mail-store.ts'
import type { MessageChannel, QueuedMail } from '../../src/domain/mail/mail.ts'
import { openTestDatabase } from '../support/test-database.ts'

let database: Database
let store: PrismaMailStore
beforeAll(async () => {
  database = await openTestDatabase()
  store = new PrismaMailStore(database.client)
})
afterAll(() => database.close())
beforeEach(() => database.client.mailMessage.deleteMany())

const start = new Date('2031-01-01T00:00:00.000Z')
const sealed = new Uint8Array([1, 2, 3])

function at(seconds: number): Date {
  return new Date(start.getTime() + seconds * 1000)
}

async function enqueue(more: Partial<QueuedMail> = {}): Promise<string> {
  const id = randomUUID()
  await store.enqueue({
    id,
    kind: 'PASSWORD_CHANGED',
    userId: null,
    sealedParameters: sealed,
    createdAt: start,
    ...more,
  })
  return id
}

const rowOf = (id: string) => database.client.mailMessage.findUniqueOrThrow({ where: { id } })

const claim = (now: Date, claimedUntil: Date, limit: number, channel: MessageChannel = 'MAIL') =>
  store.claim({ channel, now, claimedUntil, limit })

describe('claim', () => {
  it('takes only messages of the channel', async () => {
    const mail = await enqueue()
    const text = await enqueue({ kind: 'VERIFY_PHONE' })
    const newer = await enqueue()
    await database.client.mailMessage.update({ where: { id: newer }, data: { kind: 'OF_A_NEWER_VERSION' } })
    expect((await claim(at(0), at(60), 10, 'TEXT')).map(({ id }) => id)).toEqual([text])
    expect((await claim(at(0), at(60), 10)).map(({ id }) => id).toSorted()).toEqual([mail, newer].toSorted())
  })

  it('takes what is due, oldest first, and counts the try', async () => {
    const second = await enqueue({ createdAt: at(2) })
    const first = await enqueue({ createdAt: at(1) })
    await enqueue({ createdAt: at(60) })
    const [mail, ...others] = await claim(at(5), at(65), 1)
    expect(mail).toEqual({
      id: first,
      kind: 'PASSWORD_CHANGED',
      sealedParameters: sealed,
      attempts: 1,
      locale: null,
    })
    expect(others).toEqual([])
    expect((await claim(at(5), at(65), 10)).map(({ id }) => id)).toEqual([second])
  })

  it('reads the locale of the account', async () => {
    const tenant = await database.client.tenant.findFirstOrThrow()
    const userId = randomUUID()
    const data = { id: userId, tenantId: tenant.id, email: `${userId}@example.com`, locale: 'de-AT' }
    await database.client.user.create({ data })
    await enqueue({ userId })
    expect(await claim(at(0), at(60), 10)).toMatchObject([{ locale: 'de-AT' }])
    await database.client.user.delete({ where: { id: userId } })
  })

  it('leaves alone what another has taken, until that has run out', async () => {
    const id = await enqueue()
    await claim(at(0), at(60), 10)
    expect(await claim(at(59), at(119), 10)).toEqual([])
    expect(await claim(at(60), at(120), 10)).toMatchObject([{ id, attempts: 2 }])
  })

  it('gives each of several at once others, and each mail to one', async () => {
    const ids = new Set<string>()
    for (let index = 0; index < 60; index += 1) ids.add(await enqueue())
    const rounds = await Promise.all(Array.from({ length: 12 }, () => claim(at(0), at(60), 7)))
    const taken = rounds.flat().map(({ id }) => id)
    expect(new Set(taken).size).toBe(taken.length)
    const rest = await claim(at(0), at(60), 100)
    expect(new Set([...taken, ...rest.map(({ id }) => id)])).toEqual(ids)
  })
})

describe('finish', () => {
  it.each(['SENT', 'DISCARDED'] as const)('removes the parameters: %s', async (state) => {
    const id = await enqueue()
    await claim(at(0), at(60), 1)
    await store.finish(id, { state, reason: state === 'SENT' ? null : 'Why.', now: at(1) })
    expect(await rowOf(id)).toMatchObject({
      state,
      sealedParameters: null,
      claimedUntil: null,
      finishedAt: at(1),
      lastError: state === 'SENT' ? null : 'Why.',
    })
    expect(await claim(at(1000), at(1060), 1)).toEqual([])
  })

  it('keeps what the last failed try said', async () => {
    const id = await enqueue()
    await claim(at(0), at(60), 1)
    await store.postpone({ id, attempts: 1 }, { reason: 'Down.', nextAttemptAt: at(60), now: at(0) })
    await claim(at(60), at(120), 1)
    await store.finish(id, { state: 'SENT', reason: null, now: at(61) })
    expect(await rowOf(id)).toMatchObject({ state: 'SENT', lastError: 'Down.', attempts: 2 })
  })
})

describe('postpone', () => {
  it('makes a mail due later, parameters and all', async () => {
    const id = await enqueue()
    await claim(at(0), at(60), 1)
    await store.postpone({ id, attempts: 1 }, { reason: 'Down.', nextAttemptAt: at(300), now: at(1) })
    expect(await rowOf(id)).toMatchObject({ state: 'QUEUED', claimedUntil: null, lastError: 'Down.' })
    expect(await claim(at(299), at(359), 1)).toEqual([])
    expect(await claim(at(300), at(360), 1)).toMatchObject([{ id, attempts: 2, sealedParameters: sealed }])
  })

  it('gives up for good without a next time', async () => {
    const id = await enqueue()
    await claim(at(0), at(60), 1)
    await store.postpone({ id, attempts: 1 }, { reason: 'No.', nextAttemptAt: null, now: at(1) })
    const row = await rowOf(id)
    expect(row).toMatchObject({
      state: 'FAILED',
      lastError: 'No.',
      finishedAt: at(1),
      sealedParameters: sealed,
    })
    expect(await claim(at(1000), at(1060), 1)).toEqual([])
  })

  it('does nothing to a mail that another has taken since', async () => {
    const id = await enqueue()
    await claim(at(0), at(60), 1)
    await claim(at(60), at(120), 1)
    for (const nextAttemptAt of [at(61), null])
      await store.postpone({ id, attempts: 1 }, { reason: 'Late.', nextAttemptAt, now: at(61) })
    expect(await rowOf(id)).toMatchObject({ state: 'QUEUED', claimedUntil: at(120), lastError: null })
  })
})

describe('purge', () => {
  it('removes finished mails of before, a batch at a time, and nothing that waits', async () => {
    const waiting = await enqueue()
    const ids = await Promise.all([enqueue(), enqueue(), enqueue(), enqueue()])
    for (const [index, id] of ids.entries())
      await store.finish(id, { state: 'SENT', reason: null, now: at(index) })
    expect(await store.purge(at(3), 2)).toBe(2)
    expect(await store.purge(at(3), 2)).toBe(1)
    expect(await store.purge(at(3), 2)).toBe(0)
    const left = await database.client.mailMessage.findMany({ select: { id: true } })
    expect(new Set(left.map(({ id }) => id))).toEqual(new Set([waiting, ids[3]]))
  })
})

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStores } from '../../src/infrastructure/operator-stores.ts'
import { createIds } from '../../src/lib/ids/ids.ts'
import { Actor } from '../support/actor.ts'
import { eventually } from '../support/eventually.ts'
import { auditEventsDocument, deleteAccountDocument, securityEventsDocument } from '../support/operations.ts'
import { askAs, rotate, type SignedIn, signUp, signUpAs } from '../support/people.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
let moderator: SignedIn
beforeAll(async () => {
  test = await createTestApp({ env: { ACCESS_TOKEN_SECONDS: '3600' } })
  moderator = await signUpAs(test, 'MODERATOR')
})
afterAll(() => test.close())

/** A user who has refreshed until an event refers to the User-Agent, which another user has sent too. */
async function someoneWithSharedAgent(userAgent: string): Promise<SignedIn & { requestId: string }> {
  const actor = test.actor({ 'user-agent': userAgent })
  await rotate(actor, (await signUp(actor)).refreshToken)
  const user = await signUp(actor)
  let token = user.refreshToken
  const requestId = await eventually(async () => {
    token = await rotate(actor, token)
    const { requestUuid, ...row } = await lastRow(user)
    expect(row).toMatchObject({ userAgent: null, requestId: null, userAgentId: expect.any(Number) })
    return requestUuid ?? ''
  })
  return { ...user, requestId }
}

const lastRow = ({ userId }: SignedIn) =>
  test.database.client.auditEvent.findFirstOrThrow({ where: { userId }, orderBy: { id: 'desc' } })

async function eventsOf({ userId }: SignedIn) {
  const answer = await test
    .actor()
    .ask(auditEventsDocument, { filter: { userId }, first: 50 }, Actor.bearer(moderator.accessToken))
  expect(answer.errors).toEqual([])
  return answer.data.auditEvents.nodes
}

describe('events with the same User-Agent', () => {
  it('refer to one entry, and are shown with the text and the id of the request', async () => {
    const agent = `shown/${randomUUID()}`
    const ada = await someoneWithSharedAgent(agent)
    const events = await eventsOf(ada)
    expect(events[0]).toMatchObject({ type: 'TOKEN_REFRESHED', userAgent: agent, requestId: ada.requestId })
    expect(new Set(events.map(({ userAgent }: { userAgent: string }) => userAgent))).toEqual(new Set([agent]))
    expect(await test.database.client.userAgent.count({ where: { userAgent: agent } })).toBe(1)
  })

  it('do not refer to it after the account is deleted', async () => {
    const ada = await someoneWithSharedAgent(`deleted/${randomUUID()}`)
    const input = { currentPassword: goodPassword }
    await test.actor().ask(deleteAccountDocument, { input }, Actor.bearer(ada.accessToken))
    for (const event of await eventsOf(ada)) expect(event).toMatchObject({ ipAddress: null, userAgent: null })
    const referring = { userId: ada.userId, userAgentId: { not: null } }
    expect(await test.database.client.auditEvent.count({ where: referring })).toBe(0)
  })

  it('do not show it after an earlier version removed the address', async () => {
    const ada = await someoneWithSharedAgent(`earlier/${randomUUID()}`)
    await test.database.client.auditEvent.updateMany({
      where: { userId: ada.userId },
      data: { ipAddress: null, userAgent: null },
    })
    for (const event of await eventsOf(ada)) expect(event).toMatchObject({ userAgent: null })
  })

  it('contain the text if no other user has sent it', async () => {
    const agent = `alone/${randomUUID()}`
    const actor = test.actor({ 'user-agent': agent })
    const ada = await signUp(actor)
    await rotate(actor, await rotate(actor, ada.refreshToken))
    const entries = await test.database.client.userAgent.findMany()
    expect(entries.map(({ userAgent }) => userAgent)).not.toContain(agent)
    expect(await lastRow(ada)).toMatchObject({ userAgent: agent, userAgentId: null })
  })
})

/** A user whose events have every form in which versions of the service store them, oldest first. */
async function someoneWithEveryForm() {
  const userAgent = `Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0 ${randomUUID()}`
  const user = await someoneWithSharedAgent(userAgent)
  const { id: above, details, requestUuid, userAgentId, ...row } = await lastRow(user)
  const requestId = requestUuid ?? ''
  const forms = [
    { userAgent, requestId, userAgentId: null, requestUuid: null },
    { userAgentId, requestUuid },
    { userAgentId, requestId: 'gateway-1', requestUuid: null },
  ]
  const ids = createIds(test.clock)
  const nextId = () => {
    test.clock.advance(0.001)
    return ids.next()
  }
  const rows = forms.map((form) => ({ ...row, type: 'PROFILE_UPDATED', ...form, id: nextId() }))
  await test.database.client.auditEvent.createMany({ data: rows })
  const events = rows.map(({ id }, at) => ({ id, requestId: at === 2 ? 'gateway-1' : requestId, userAgent }))
  return { user, events, span: { above, below: nextId() } }
}

describe('an event', () => {
  it('is read alike in every form in which a version of the service stored it', async () => {
    const { user, events, span } = await someoneWithEveryForm()
    expect((await eventsOf(user)).slice(0, 3)).toMatchObject([...events].reverse())
    const { nodes } = await askAs(test, user, securityEventsDocument, { first: 3 })
    const device = { browser: 'Firefox', os: 'Linux' }
    expect(nodes).toMatchObject(events.map(({ id }) => ({ id, device })).reverse())
    const { personExport, auditArchives } = openStores(test.database, null)
    const person = await personExport.collect(user.userId)
    expect(person?.auditEvents).toEqual(expect.arrayContaining(events.map((e) => expect.objectContaining(e))))
    expect(await auditArchives.listOldest(span, 10)).toMatchObject(events)
  })
})

describe('an entry for a User-Agent', () => {
  it('is removed after the last event of its month, not before', async () => {
    const agent = `month/${randomUUID()}`
    await someoneWithSharedAgent(agent)
    const months = async () => {
      await test.app.jobs.purgeExpired()
      const rows = await test.database.client.userAgent.findMany({ where: { userAgent: agent } })
      return rows.length
    }
    test.clock.advance(40 * 86_400)
    await someoneWithSharedAgent(agent)
    expect(await months()).toBe(2)
    const before = new Date(test.clock.now().getTime() - 39 * 86_400_000)
    await test.database.client.auditEvent.deleteMany({ where: { createdAt: { lt: before } } })
    expect(await months()).toBe(1)
  })
})

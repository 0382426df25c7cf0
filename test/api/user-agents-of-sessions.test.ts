import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openStores } from '../../src/infrastructure/operator-stores.ts'
import type { Actor } from '../support/actor.ts'
import { eventually } from '../support/eventually.ts'
import { askAs, askRefresh, rotate, type SignedIn, signIn, signUp } from '../support/people.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const sessionsDocument = 'query { sessions(first: 10) { nodes { id userAgent } } }'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ env: { ACCESS_TOKEN_SECONDS: '3600' } })
})
afterAll(() => test.close())

interface Person extends SignedIn {
  readonly actor: Actor
  readonly agent: string
  /** The present refresh token. */
  readonly token: string
}

/** A user whose session refers to the User-Agent, because another user has sent it in this month too. */
async function someoneWithSharedAgent(): Promise<Person> {
  const agent = `shared/${randomUUID()}`
  const actor = test.actor({ 'user-agent': agent })
  await rotate(actor, (await signUp(actor)).refreshToken)
  const user = await signUp(actor)
  let token = user.refreshToken
  await eventually(async () => {
    token = await rotate(actor, token)
    expect(await rowOf(user)).toEqual({ userAgent: null, userAgentId: expect.any(Number) })
  })
  return { ...user, actor, agent, token }
}

const rowOf = ({ sessionId }: { sessionId: string }) =>
  test.database.client.session.findUniqueOrThrow({
    where: { id: sessionId },
    select: { userAgent: true, userAgentId: true },
  })

async function shownTo(user: SignedIn) {
  const { nodes } = await askAs(test, user, sessionsDocument, {})
  return nodes
}

describe('a session with a User-Agent that several users have', () => {
  it('refers to it and shows its text, from the refresh on and after a new sign-in', async () => {
    const ada = await someoneWithSharedAgent()
    expect(await shownTo(ada)).toMatchObject([{ id: ada.sessionId, userAgent: ada.agent }])
    const later = await signIn(ada.actor, ada.email)
    expect(await rowOf(later)).toEqual(await rowOf(ada))
    expect(await shownTo(ada)).toMatchObject([{ id: later.sessionId, userAgent: ada.agent }, {}])
  })

  it('refers to it from a sign-in on, without a refresh', async () => {
    const actor = test.actor({ 'user-agent': `sign-in/${randomUUID()}` })
    await signUp(actor)
    const ben = await signUp(actor)
    await eventually(async () => {
      const later = await signIn(actor, ben.email)
      expect(await rowOf(later)).toEqual({ userAgent: null, userAgentId: expect.any(Number) })
    })
  })

  it('shows the text in the result of a refresh, and of a repeated one', async () => {
    const { actor, agent, sessionId, token } = await someoneWithSharedAgent()
    for (const what of ['first', 'repeated']) {
      const refreshed = await askRefresh(actor, token)
      expect(refreshed, what).toMatchObject({ session: { id: sessionId, userAgent: agent } })
    }
  })

  it('contains the text of the next request if no other user has sent it', async () => {
    const ada = await someoneWithSharedAgent()
    const agent = `alone/${randomUUID()}`
    await rotate(test.actor({ 'user-agent': agent }), ada.token)
    expect(await rowOf(ada)).toEqual({ userAgent: agent, userAgentId: null })
    expect(await shownTo(ada)).toMatchObject([{ userAgent: agent }])
  })

  it('has none after a refresh without the header', async () => {
    const ada = await someoneWithSharedAgent()
    const silent = test.actor()
    delete silent.headers['user-agent']
    await rotate(silent, ada.token)
    expect(await rowOf(ada)).toEqual({ userAgent: null, userAgentId: null })
    expect(await shownTo(ada)).toMatchObject([{ userAgent: null }])
  })

  it('shows the text that an earlier version has written since', async () => {
    const ada = await someoneWithSharedAgent()
    const where = { id: ada.sessionId }
    await test.database.client.session.update({ where, data: { userAgent: 'earlier/1' } })
    expect(await shownTo(ada)).toMatchObject([{ userAgent: 'earlier/1' }])
  })

  it('is exported with the text', async () => {
    const ada = await someoneWithSharedAgent()
    const person = await openStores(test.database, null).personExport.collect(ada.userId)
    expect(person?.sessions).toMatchObject([{ id: ada.sessionId, userAgent: ada.agent }])
    expect(JSON.stringify(person?.sessions)).not.toContain('userAgentId')
  })
})

describe('the entry of a User-Agent', () => {
  it('outlives the events of its month while an older session is stored', async () => {
    const ada = await someoneWithSharedAgent()
    const { client } = test.database
    await client.auditEvent.deleteMany()
    test.clock.advance(40 * 86_400)
    const count = async () => {
      await test.app.jobs.purgeExpired()
      return client.userAgent.count({ where: { userAgent: ada.agent } })
    }
    const where = { id: ada.sessionId }
    const until = new Date(test.clock.now().getTime() + 86_400_000)
    await client.session.update({ where, data: { idleExpiresAt: until, expiresAt: until } })
    expect(await count()).toBe(1)
    test.clock.advance(2 * 86_400)
    expect(await count()).toBe(0)
  })
})

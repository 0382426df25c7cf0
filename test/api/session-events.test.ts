import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PrismaRevocationStore } from '../../src/adapters/prisma/stores/sessions/prisma-revocation-store.ts'
import { changeGrants, grantRole, insertAccessRole } from '../support/access-roles.ts'
import { Actor } from '../support/actor.ts'
import { EventStream } from '../support/event-stream.ts'
import { eventually } from '../support/eventually.ts'
import { revokeTokenDocument } from '../support/operations.ts'
import { askAs, askRefresh, type SignedIn, signIn, signUp, signUpAs } from '../support/people.ts'
import { pause } from '../support/stopwatch.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'

const query = 'subscription { sessionEvents { type sessionId at } }'
const events = { accept: 'text/event-stream' }

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ env: { ACCESS_TOKEN_SECONDS: '600' } })
})
afterAll(() => test.close())

async function listen(who: Pick<SignedIn, 'accessToken'>, to: TestApp = test): Promise<EventStream> {
  const response = await to.actor().send({ query }, { ...events, ...Actor.bearer(who.accessToken) })
  expect(response.headers.get('content-type')).toContain('text/event-stream')
  return new EventStream(response)
}

const heard = async (stream: EventStream) => (await stream.next()).data.sessionEvents
/** The next end of a session. Through Redis the messages of earlier sign-ins may arrive after the stream has begun: they are skipped. */
async function heardEnd(stream: EventStream) {
  for (;;) {
    const event = await heard(stream)
    if (event.type !== 'NEW_SESSION') return event
  }
}
/** The beginning of this session. Those of earlier ones are skipped. */
async function heardBegin(stream: EventStream, sessionId: string) {
  for (;;) {
    const event = await heard(stream)
    if (event.type !== 'NEW_SESSION' || event.sessionId === sessionId) return event
  }
}
const bearer = (who: SignedIn) => Actor.bearer(who.accessToken)
const revoke = (who: SignedIn, sessionId: string) =>
  test
    .actor()
    .ask(`mutation { revokeSession(input: { sessionId: "${sessionId}" }) { __typename } }`, {}, bearer(who))

describe('sessionEvents', () => {
  it('sends sessions that begin and end, of its own account only', async () => {
    const ada = await signUp(test.actor())
    const stream = await listen(ada)
    await signIn(test.actor(), (await signUp(test.actor())).email)
    const other = await signIn(test.actor(), ada.email)
    expect(await heardBegin(stream, other.sessionId)).toMatchObject({ type: 'NEW_SESSION' })
    await revoke(ada, other.sessionId)
    const { at, ...event } = await heardEnd(stream)
    expect(event).toEqual({ type: 'REVOKED', sessionId: other.sessionId })
    expect(Date.parse(at)).toBe(test.clock.now().getTime())
    expect(stream.answers).toEqual([])
    expect(stream.ended).toBe(false)
    await stream.close()
  })

  it('ends after REVOKED of the session that listens', async () => {
    const ada = await signUp(test.actor())
    const other = await signIn(test.actor(), ada.email)
    const [mine, its] = await Promise.all([listen(ada), listen(other)])
    await revoke(ada, other.sessionId)
    for (const stream of [mine, its])
      expect(await heardEnd(stream)).toMatchObject({ type: 'REVOKED', sessionId: other.sessionId })
    await its.end()
    expect(its.complete).toBe(true)
    expect(mine.ended).toBe(false)
    await mine.close()
  })

  it('sends the sessions that signing out everywhere has ended', async () => {
    const ada = await signUp(test.actor())
    const other = await signIn(test.actor(), ada.email)
    const stream = await listen(ada)
    await test.actor().ask('mutation { logout(input: { allDevices: true }) { __typename } }', {}, bearer(ada))
    const received = [await heardEnd(stream), await heardEnd(stream)]
    expect(received.map(({ type }) => type)).toEqual(['REVOKED', 'REVOKED'])
    expect(received.map(({ sessionId }) => sessionId)).toContain(ada.sessionId)
    expect([ada.sessionId, other.sessionId]).toContain(received[0].sessionId)
    await stream.end()
  })

  it('ends without REVOKED when the token is refused and the session goes on', async () => {
    const ada = await signUp(test.actor())
    const other = await signIn(test.actor(), ada.email)
    const stream = await listen(ada)
    const change = `mutation { changePassword(input: { currentPassword: "${goodPassword}", newPassword: "Another-h0rse-stapler!" }) { __typename } }`
    const answer = await test.actor().ask(change, {}, bearer(ada))
    expect(answer.data.changePassword.__typename).toBe('ChangePasswordSuccess')
    expect(await heardEnd(stream)).toMatchObject({ type: 'REVOKED', sessionId: other.sessionId })
    await stream.end()
    expect(stream.answers).toEqual([])
  })

  it('ends when its token is revoked, and no other stream of the session does', async () => {
    const admin = await signUpAs(test, 'ADMIN')
    const ada = await signUp(test.actor())
    const { tokens } = await askRefresh(ada.actor, ada.refreshToken)
    const [stream, newer] = [await listen(ada), await listen(tokens)]
    const input = { token: ada.accessToken, reason: 'test' }
    expect(await askAs(test, admin, revokeTokenDocument, { input })).toMatchObject({
      __typename: 'RevokeTokenSuccess',
    })
    await stream.end()
    expect(newer.ended).toBe(false)
    const other = await signIn(test.actor(), ada.email)
    expect(await heardBegin(newer, other.sessionId)).toMatchObject({ type: 'NEW_SESSION' })
    await newer.close()
  })

  it('ends when a role of its token changes, and no other stream does', async () => {
    const [ada, bob] = [await signUp(test.actor()), await signUp(test.actor())]
    const role = await insertAccessRole(test.database, { permissions: ['posts:write'] })
    await grantRole(test.database, role.id, [ada.userId])
    const editor = await signIn(test.actor(), ada.email)
    const [stream, other] = [await listen(editor), await listen(bob)]
    const expiresAt = new Date(test.clock.now().getTime() + 3_600_000)
    const change = await changeGrants(test.database, role, [], expiresAt)
    await new PrismaRevocationStore(test.database.client).insert(change)
    await eventually(() => expect(stream.ended).toBe(true))
    expect(other.ended).toBe(false)
    await other.close()
  })

  it('gives notice half a minute before the token ends, and ends with it', async () => {
    const own = await createTestApp({ env: { ACCESS_TOKEN_SECONDS: '600' } })
    const ada = await signUp(own.actor())
    const stream = await listen(ada, own)
    own.clock.advance(569)
    await pause(1200)
    expect(stream.answers).toEqual([])
    own.clock.advance(1)
    const event = await heard(stream)
    expect(event).toMatchObject({ type: 'EXPIRING', sessionId: ada.sessionId })
    expect(Date.parse(event.at) - own.clock.now().getTime()).toBeGreaterThan(28_000)
    expect(stream.ended).toBe(false)
    own.clock.advance(31)
    await stream.end()
    expect([stream.answers, stream.complete]).toEqual([[], true])
    await own.close()
  })

  it('ends when the process is about to stop, which then admits no other', async () => {
    const own = await createTestApp()
    const ada = await signUp(own.actor())
    const stream = await listen(ada, own)
    own.app.startDraining()
    await stream.end()
    expect(stream.complete).toBe(true)
    const late = await listen(ada, own)
    expect((await late.next()).errors).toMatchObject([{ extensions: { code: 'UNAVAILABLE' } }])
    await late.end()
    await own.close()
  })

  it('keeps the connection alive by comments', async () => {
    const ada = await signUp(test.actor())
    const stream = await listen(ada)
    await eventually(() => expect(stream.pings).toBeGreaterThan(2))
    await stream.close()
  })

  it('admits five streams of a session, and another one when one has gone', async () => {
    const ada = await signUp(test.actor())
    const streams = await Promise.all(Array.from({ length: 5 }, () => listen(ada)))
    const refused = await listen(ada)
    expect((await refused.next()).errors).toMatchObject([
      {
        message: 'Too many streams of this session. Try again in 60 seconds.',
        extensions: { code: 'RATE_LIMITED', limit: 5 },
      },
    ])
    await streams[0]?.close()
    const admitted = await listen(ada)
    const other = await signIn(test.actor(), ada.email)
    expect(await heardBegin(admitted, other.sessionId)).toMatchObject({ type: 'NEW_SESSION' })
    await Promise.all([...streams, admitted].map((stream) => stream.close()))
  })

  it('lets no holder of other sessions of the account prevent its owner from listening', async () => {
    const ada = await signUp(test.actor())
    const first = await listen(ada)
    const thefts: EventStream[] = []
    for (let session = 0; session < 5; session += 1) {
      const stolen = await signIn(test.actor(), ada.email)
      for (let stream = 0; stream < 5; stream += 1) thefts.push(await listen(stolen))
    }
    const again = await listen(ada)
    const other = await signIn(test.actor(), ada.email)
    expect(await heardBegin(again, other.sessionId)).toMatchObject({ type: 'NEW_SESSION' })
    expect(first.ended).toBe(false)
    // Twenty in all: the oldest ones of sessions that had the most went, and the youngest was refused as many as they had.
    expect(thefts.filter(({ ended }) => !ended)).toHaveLength(18)
    expect(thefts[0]?.complete).toBe(true)
    expect(thefts.at(-1)?.complete).toBe(true)
    await Promise.all([first, again, ...thefts].map((stream) => stream.close()))
  })

  it('is counted in the metrics', async () => {
    const token = 'a-token-of-the-tests-0123456789-abcdef'
    const own = await createTestApp({ env: { METRICS_TOKEN: token } })
    const metrics = async () => {
      const request = new Request('http://localhost:4000/metrics', { headers: Actor.bearer(token) })
      return /^gatehouse_session_streams (\d+)$/m.exec(await (await own.app.fetch(request)).text())?.[1]
    }
    expect(await metrics()).toBe('0')
    const ada = await signUp(own.actor())
    const streams = [await listen(ada, own), await listen(ada, own)]
    expect(await metrics()).toBe('2')
    await streams[0]?.close()
    await eventually(async () => expect(await metrics()).toBe('1'))
    await own.close()
  })

  it('forgets who never reads', async () => {
    const own = await createTestApp({ env: { ACCESS_TOKEN_SECONDS: '600' } })
    const ada = await signUp(own.actor())
    const read = await listen(ada, own)
    const open = () => own.actor().send({ query }, { ...events, ...bearer(ada) })
    await Promise.all(Array.from({ length: 4 }, open))
    await pause(1100)
    own.clock.advance(31)
    await pause(1100)
    const admitted = await listen(ada, own)
    const other = await signIn(own.actor(), ada.email)
    for (const stream of [read, admitted])
      expect(await heardBegin(stream, other.sessionId)).toMatchObject({ type: 'NEW_SESSION' })
    await own.close()
  })

  it('is charged once, when it begins', async () => {
    const own = await createTestApp({ env: { RATE_LIMITS: 'on', RATE_LIMIT_QUERY: '2/1h' } })
    const ada = await signUp(own.actor())
    const stream = await listen(ada, own)
    for (let count = 0; count < 3; count += 1) await signIn(own.actor(), ada.email)
    for (let count = 0; count < 3; count += 1)
      expect(await heard(stream)).toMatchObject({ type: 'NEW_SESSION' })
    await (await listen(ada, own)).close()
    const refused = await listen(ada, own)
    expect((await refused.next()).errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED' } }])
    await stream.close()
    await own.close()
  })
})

describe('a request for events', () => {
  const ask = (headers: Record<string, string>, body: object = { query }) => test.actor().send(body, headers)

  it('says by name that it reads them', async () => {
    const ada = await signUp(test.actor())
    for (const accept of ['application/json', '*/*', 'text/event-stream;q=0, application/json']) {
      const response = await ask({ accept, ...bearer(ada) })
      expect([accept, response.status]).toEqual([accept, 406])
    }
  })

  it('is answered in JSON where that is taken, when nothing is to be heard', async () => {
    const response = await ask({ accept: 'text/event-stream, application/graphql-response+json' })
    expect(response.status).toBe(401)
    expect((await response.json()).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
  })

  it('hears refusals and answers as events where nothing else is taken', async () => {
    const answerOf = async (body: object) => {
      const response = await ask(events, body)
      expect(response.status).toBe(200)
      const stream = new EventStream(response)
      const answer = await stream.next()
      await stream.end()
      return answer
    }
    expect((await answerOf({ query })).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    expect((await answerOf({ query: '{ nope }' })).errors).toMatchObject([
      { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
    ])
    expect(await answerOf({ query: '{ __typename }' })).toEqual({ data: { __typename: 'Query' } })
    const secret = {
      query: 'subscription ($x: Int!) { sessionEvents { type @include(if: $x) } }',
      variables: { x: 'hunter2' },
    }
    expect(JSON.stringify(await answerOf(secret))).not.toContain('hunter2')
    const unfit = {
      query: 'subscription ($x: Boolean!) { sessionEvents { type @include(if: $x) } }',
      variables: { x: 'hunter2' },
    }
    const { errors } = await answerOf(unfit)
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
    expect(JSON.stringify(errors)).not.toContain('hunter2')
  })

  it('asks for one root field, and for no more than other documents', async () => {
    for (const document of [
      'subscription { a: sessionEvents { type } b: sessionEvents { type } }',
      'subscription { __typename }',
      `subscription { sessionEvents { ${Array.from({ length: 31 }, (_, index) => `a${index}: type`).join(' ')} } }`,
    ]) {
      const response = await ask({ accept: 'text/event-stream, application/json' }, { query: document })
      expect((await response.json()).errors).toMatchObject([
        { extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
      ])
    }
  })

  it('may come by EventSource with cookies, from pages that are ours', async () => {
    const actor = test.actor()
    await signUp(actor, { tokenTransport: 'COOKIE' })
    const cookie = [...actor.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const open = (headers: Record<string, string>, text = query) => {
      const url = `http://localhost:4000/graphql?query=${encodeURIComponent(text)}`
      return test.app.fetch(new Request(url, { headers: { ...events, cookie, ...headers } }))
    }
    const streams = []
    for (const headers of [{ origin: 'http://localhost:4000' }, { 'sec-fetch-site': 'same-origin' }]) {
      const response = await open(headers)
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream'])
      streams.push(new EventStream(response))
    }
    for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }])
      expect((await open(headers)).status).toBe(403)
    const mutation = new EventStream(await open({}, 'mutation { logout { __typename } }'))
    expect((await mutation.next()).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
    await Promise.all(streams.map((stream) => stream.close()))
  })
})

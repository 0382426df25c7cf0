import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { selectHistoryPage } from '../../src/adapters/prisma/stores/audit/prisma-audit-store.ts'
import { auditEventTypes } from '../../src/domain/audit/audit-event.ts'
import { auditEventTypeValues } from '../../src/graphql/edge/audit-event-types.ts'
import { writeCursor } from '../../src/graphql/edge/cursors.ts'
import { createIds } from '../../src/lib/ids/ids.ts'
import { Actor } from '../support/actor.ts'
import { agents, behindProxy, from } from '../support/devices.ts'
import { securityEventsDocument } from '../support/operations.ts'
import { askLogin, rotate, type SignedIn, signIn, signUp } from '../support/people.ts'
import { untilPolled } from '../support/revocation-polls.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ env: behindProxy })
})
afterAll(() => test.close())

type Page = Readonly<Record<string, unknown>>

async function historyAs(person: SignedIn, page: Page = {}) {
  const answer = await test.actor().ask(securityEventsDocument, page, Actor.bearer(person.accessToken))
  expect(answer.errors).toEqual([])
  return answer.data.securityEvents
}

async function refusalOf(page: Page, person: SignedIn | null) {
  const headers = person === null ? {} : Actor.bearer(person.accessToken)
  const answer = await test.actor().ask(securityEventsDocument, page, headers)
  expect(answer.data.securityEvents).toBeNull()
  return answer.errors[0]?.extensions
}

const typesOf = (page: { nodes: readonly { type: string }[] }) => page.nodes.map(({ type }) => type)

describe('securityEvents', () => {
  it('lists what happened, newest first, with place and device', async () => {
    const ada = await signUp(test.actor(from('203.0.113.9')))
    await askLogin(test.actor(from('198.51.100.7', agents.phone)), ada.email, { password: 'Wr0ng-password!' })
    const second = await signIn(test.actor(from('2001:db8::7', agents.tablet)), ada.email)
    const history = await historyAs(ada)
    expect(typesOf(history)).toEqual([
      'LOGIN_SUCCEEDED',
      'LOGIN_FAILED',
      'LOGIN_SUCCEEDED',
      'USER_REGISTERED',
    ])
    const [newest, failed] = history.nodes
    expect(newest).toMatchObject({
      sessionId: second.sessionId,
      ipAddress: '2001:db8::7',
      device: { name: 'Safari on iOS', type: 'TABLET' },
    })
    expect(failed).toMatchObject({ sessionId: null, ipAddress: '198.51.100.7', device: { os: 'Android' } })
    expect(history.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false })
  })

  it('leaves refreshes out', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    await rotate(actor, await rotate(actor, ada.refreshToken))
    expect(typesOf(await historyAs(ada))).toEqual(['LOGIN_SUCCEEDED', 'USER_REGISTERED'])
  })

  it('pages from both ends without losing or repeating anything', async () => {
    const ada = await signUp(test.actor())
    for (let index = 0; index < 5; index += 1) await signIn(test.actor(), ada.email)
    const all = (await historyAs(ada)).nodes.map(({ id }: { id: string }) => id)
    expect(all).toHaveLength(7)
    const down = await walk(ada, 'first', 'after', 'endCursor')
    expect(down.flat()).toEqual(all)
    const up = await walk(ada, 'last', 'before', 'startCursor')
    expect(up.toReversed().flat()).toEqual(all)
  })

  async function walk(person: SignedIn, size: string, cursor: string, next: 'startCursor' | 'endCursor') {
    const pages: string[][] = []
    let at: string | null = null
    do {
      const page: { nodes: { id: string }[]; pageInfo: Record<string, string & boolean> } = await historyAs(
        person,
        { [size]: 3, [cursor]: at },
      )
      pages.push(page.nodes.map(({ id }) => id))
      const more = next === 'endCursor' ? page.pageInfo.hasNextPage : page.pageInfo.hasPreviousPage
      at = more ? (page.pageInfo[next] ?? null) : null
    } while (at !== null)
    return pages
  }

  it('never shows the events of another user, for any cursor', async () => {
    const ada = await signUp(test.actor())
    const bob = await signUp(test.actor())
    const [newestOfBob] = (await historyAs(bob)).nodes
    const after = writeCursor(newestOfBob.id)
    expect(typesOf(await historyAs(ada, { after }))).toEqual(['LOGIN_SUCCEEDED', 'USER_REGISTERED'])
    expect(typesOf(await historyAs(ada, { before: after }))).toEqual([])
  })

  it('does not reveal the origin of actions of other users', async () => {
    const ada = await signUp(test.actor())
    test.clock.advance(1)
    const admin = { actorId: randomUUID(), ipAddress: '203.0.113.1', userAgent: agents.chrome }
    const row = {
      id: createIds(test.clock).next(),
      type: 'ROLE_CHANGED',
      userId: ada.userId,
      createdAt: test.clock.now(),
    }
    await test.database.client.auditEvent.create({ data: { ...row, ...admin } })
    const [changed] = (await historyAs(ada)).nodes
    expect(changed).toMatchObject({
      type: 'ROLE_CHANGED',
      ipAddress: null,
      device: { name: 'Unknown device' },
    })
  })

  it('leaves out what only a newer version knows', async () => {
    const ada = await signUp(test.actor())
    test.clock.advance(1)
    const row = { id: createIds(test.clock).next(), userId: ada.userId, createdAt: test.clock.now() }
    await test.database.client.auditEvent.create({ data: { ...row, type: 'OF_THE_FUTURE' } })
    expect(typesOf(await historyAs(ada))).toEqual(['LOGIN_SUCCEEDED', 'USER_REGISTERED'])
  })

  it('refuses strangers, ended sessions and bad pages', async () => {
    await untilPolled(test)
    const ada = await signUp(test.actor())
    expect(await refusalOf({}, null)).toMatchObject({ code: 'UNAUTHENTICATED', reason: 'TOKEN_MISSING' })
    for (const page of [
      { first: 0 },
      { first: -1 },
      { first: 101 },
      { last: 101 },
      { first: 2, last: 2 },
      { after: 'rubbish' },
      { before: '' },
      { after: Buffer.from(`id:${'x'.repeat(36)}`).toString('base64url') },
    ]) {
      expect(await refusalOf(page, ada), JSON.stringify(page)).toMatchObject({ code: 'BAD_USER_INPUT' })
    }
    await test.actor().ask('mutation { logout { __typename } }', {}, Actor.bearer(ada.accessToken))
    expect(await refusalOf({}, ada)).toMatchObject({ code: 'UNAUTHENTICATED', reason: 'TOKEN_REVOKED' })
  })

  it('has a value with a sentence for every event', () => {
    expect(Object.keys(auditEventTypeValues)).toEqual([...auditEventTypes])
  })

  it('is read from the index of security history, in order', async () => {
    const ada = await signUp(test.actor())
    const { client } = test.database
    await client.$executeRaw`
      INSERT INTO audit_events (id, type, user_id, details, created_at)
      SELECT gen_random_uuid(), CASE WHEN n % 20 = 0 THEN 'LOGIN_SUCCEEDED' ELSE 'TOKEN_REFRESHED' END,
        CASE WHEN n % 100 < 50 THEN ${ada.userId}::uuid ELSE gen_random_uuid() END, '{}', ${test.clock.now()}::timestamptz
      FROM generate_series(1, 10000) n`
    await client.$executeRaw`ANALYZE audit_events`
    const query = selectHistoryPage(ada.userId, { after: null, before: null, limit: 21, from: 'newest' })
    const explain = query.strings.map((part, index) => (index === 0 ? `EXPLAIN ${part}` : part))
    const rows = await client.$queryRaw<Record<string, string>[]>(
      Object.assign(explain, { raw: explain }),
      ...query.values,
    )
    const plan = rows.map((row) => Object.values(row)[0]).join('\n')
    expect(plan).toContain('audit_events_security_history_idx')
    expect(plan).not.toMatch(/Seq Scan|Sort/)
  })
})

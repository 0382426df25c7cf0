import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { currentSessionDocument, logoutDocument, sessionsDocument } from '../support/operations.ts'
import { type SignedIn, signIn, signUp } from '../support/people.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const total = 25
let test: TestApp
/** Somebody with 25 sessions, whose ids stand here newest first. */
let ada: SignedIn
let newestFirst: readonly string[]
beforeAll(async () => {
  test = await createTestApp({ env: { SESSION_LIMIT: '100' } })
  ada = await signUp(test.actor())
  const ids = [ada.sessionId]
  while (ids.length < total) ids.push((await signIn(test.actor(), ada.email)).sessionId)
  newestFirst = ids.reverse()
})
afterAll(() => test.close())

type Variables = Readonly<Record<string, unknown>>

async function page(variables: Variables = {}, viewer = ada) {
  const answer = await test.actor().ask(sessionsDocument, variables, Actor.bearer(viewer.accessToken))
  expect(answer.errors).toEqual([])
  const { sessions } = answer.data
  const ids: string[] = sessions.edges.map(({ node }: { node: { id: string } }) => node.id)
  expect(sessions.nodes.map(({ id }: { id: string }) => id)).toEqual(ids)
  expect(sessions.pageInfo.startCursor).toBe(sessions.edges[0]?.cursor ?? null)
  expect(sessions.pageInfo.endCursor).toBe(sessions.edges.at(-1)?.cursor ?? null)
  return { ...sessions, ids }
}

describe('sessions', () => {
  it('are the newest twenty by default, with a count of all', async () => {
    const { ids, totalCount, pageInfo } = await page()
    expect(ids).toEqual(newestFirst.slice(0, 20))
    expect(totalCount).toBe(total)
    expect(pageInfo).toMatchObject({ hasNextPage: true, hasPreviousPage: false })
  })

  it('are the live ones of the viewer alone, with the one that asks marked', async () => {
    const bob = await signUp(test.actor())
    const laptop = await signIn(test.actor(), bob.email)
    const gone = await signIn(test.actor(), bob.email)
    await test.actor().ask(logoutDocument, {}, Actor.bearer(gone.accessToken))
    const { nodes, totalCount } = await page({}, bob)
    expect(totalCount).toBe(2)
    expect(nodes).toMatchObject([
      { id: laptop.sessionId, current: false },
      { id: bob.sessionId, current: true },
    ])
    test.clock.advance(1)
    await test.database.client.session.update({
      where: { id: laptop.sessionId },
      data: { idleExpiresAt: test.clock.now() },
    })
    expect((await page({}, bob)).totalCount).toBe(1)
  })

  it('can be read forwards page by page, each exactly once', async () => {
    const seen: string[] = []
    let after: string | null = null
    for (const size of [10, 10, 5]) {
      const part = await page({ first: 10, after })
      expect(part.ids).toHaveLength(size)
      expect(part.pageInfo.hasNextPage).toBe(size === 10)
      expect(part.pageInfo.hasPreviousPage).toBe(seen.length > 0)
      seen.push(...part.ids)
      after = part.pageInfo.endCursor
    }
    expect(seen).toEqual(newestFirst)
    expect(await page({ first: 10, after })).toMatchObject({
      ids: [],
      totalCount: total,
      pageInfo: { hasNextPage: false, startCursor: null, endCursor: null },
    })
  })

  it('can be read backwards page by page, each exactly once', async () => {
    const seen: string[] = []
    let before: string | null = null
    for (const size of [10, 10, 5]) {
      const part = await page({ last: 10, before })
      expect(part.ids).toHaveLength(size)
      expect(part.pageInfo.hasPreviousPage).toBe(size === 10)
      expect(part.pageInfo.hasNextPage).toBe(seen.length > 0)
      seen.unshift(...part.ids)
      before = part.pageInfo.startCursor
    }
    expect(seen).toEqual(newestFirst)
  })

  it('can be cut from both sides', async () => {
    const { edges } = await page({ first: 25 })
    const after = edges[4].cursor
    const before = edges[10].cursor
    expect((await page({ after, before })).ids).toEqual(newestFirst.slice(5, 10))
    expect((await page({ after, before, first: 2 })).ids).toEqual(newestFirst.slice(5, 7))
    expect((await page({ after, before, last: 2 })).ids).toEqual(newestFirst.slice(8, 10))
    expect((await page({ after: before, before: after })).ids).toEqual([])
  })

  it('keep their place while newer ones begin', async () => {
    const bob = await signUp(test.actor())
    const second = await signIn(test.actor(), bob.email)
    const first = await page({ first: 1 }, bob)
    expect(first.ids).toEqual([second.sessionId])
    await signIn(test.actor(), bob.email)
    const next = await page({ first: 1, after: first.pageInfo.endCursor }, bob)
    expect(next.ids).toEqual([bob.sessionId])
  })

  it('have pages of 1 to 100, from one end', async () => {
    expect((await page({ first: 1 })).ids).toEqual(newestFirst.slice(0, 1))
    expect((await page({ first: 100 })).ids).toEqual(newestFirst)
    expect((await page({ last: 1 })).ids).toEqual(newestFirst.slice(-1))
    const wrong = [{ first: 0 }, { first: 101 }, { first: -1 }, { last: 0 }, { last: 101 }, { last: -1 }]
    for (const variables of [...wrong, { first: 1, last: 1 }]) {
      const answer = await test.actor().ask(sessionsDocument, variables, Actor.bearer(ada.accessToken))
      expect(answer, JSON.stringify(variables)).toMatchObject({
        status: 200,
        data: { sessions: null },
        errors: [{ path: ['sessions'], extensions: { code: 'BAD_USER_INPUT' } }],
      })
    }
  })

  it.each([
    '',
    'rubbish',
    '\u0000',
    'aWQ6',
    Buffer.from('id:not-a-uuid').toString('base64url'),
    Buffer.from("id:' OR 1=1 --").toString('base64url'),
    `${Buffer.from('id:01900000-0000-7000-8000-000000000000').toString('base64url')}=`,
    Buffer.from('other:01900000-0000-7000-8000-000000000000').toString('base64url'),
    'x'.repeat(50_000),
  ])('take no %j for a cursor', async (cursor) => {
    for (const variables of [{ after: cursor }, { before: cursor }, { last: 5, before: cursor }]) {
      const answer = await test.actor().ask(sessionsDocument, variables, Actor.bearer(ada.accessToken))
      expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
      expect(JSON.stringify(answer.errors)).not.toContain('x'.repeat(50))
    }
  })

  it('are not shown by a cursor of another user', async () => {
    const bob = await signUp(test.actor())
    const foreign = await page({}, bob)
    const { ids } = await page({ first: 100, after: foreign.pageInfo.startCursor })
    expect(ids).not.toContain(bob.sessionId)
    for (const id of ids) expect(newestFirst).toContain(id)
  })

  it('are the same as me { sessions }', async () => {
    const document = '{ me { sessions(first: 3) { totalCount nodes { id } } } }'
    const answer = await test.actor().ask(document, {}, Actor.bearer(ada.accessToken))
    const nodes = newestFirst.slice(0, 3).map((id) => ({ id }))
    expect(answer.data.me.sessions).toEqual({ totalCount: total, nodes })
  })
})

describe('currentSession', () => {
  it('is the session that asks', async () => {
    const laptop = await signIn(test.actor(), (await signUp(test.actor())).email)
    const answer = await test.actor().ask(currentSessionDocument, {}, Actor.bearer(laptop.accessToken))
    expect(answer.data.currentSession).toMatchObject({ id: laptop.sessionId, current: true })
  })
})

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Prisma } from '../../src/adapters/prisma/generated/client.ts'
import { writeCursor } from '../../src/graphql/edge/cursors.ts'
import { createIds } from '../../src/lib/ids/ids.ts'
import { Actor } from '../support/actor.ts'
import {
  auditEventsDocument,
  auditEventsOfUserDocument,
  deleteAccountDocument,
} from '../support/operations.ts'
import { askLogin, type SignedIn, signIn, signUp } from '../support/people.ts'
import { auditOf, insertTenant, setRole } from '../support/rows.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
let ids: ReturnType<typeof createIds>
/** Reads the log of the default tenant. */
let moderator: SignedIn
beforeAll(async () => {
  test = await createTestApp({ env: { ACCESS_TOKEN_SECONDS: '3600' } })
  ids = createIds(test.clock)
  moderator = await moderatorOf()
})
afterAll(() => test.close())

async function moderatorOf(tenant?: string): Promise<SignedIn> {
  const { email, userId } = await signUp(test.actor(), tenant === undefined ? {} : { tenant })
  await setRole(test.database, userId, 'MODERATOR')
  return signIn(test.actor(), email, tenant === undefined ? {} : { tenant })
}

async function tenantOf({ userId }: SignedIn): Promise<string> {
  return (await test.database.client.user.findUniqueOrThrow({ where: { id: userId } })).tenantId
}

/** Writes an event as given, later than all earlier events. Returns its id. */
async function happened(event: Partial<Prisma.AuditEventCreateManyInput>): Promise<string> {
  test.clock.advance(0.001)
  const id = ids.next()
  const row = { id, type: 'PROFILE_UPDATED', createdAt: test.clock.now(), ...event }
  await test.database.client.auditEvent.create({ data: row })
  return id
}

type Variables = Readonly<Record<string, unknown>>

async function ask(variables: Variables = {}, viewer: SignedIn | null = moderator) {
  const headers = viewer === null ? {} : Actor.bearer(viewer.accessToken)
  return test.actor().ask(auditEventsDocument, variables, headers)
}

async function page(variables: Variables = {}, viewer = moderator) {
  const answer = await ask(variables, viewer)
  expect(answer.errors).toEqual([])
  const { auditEvents } = answer.data
  const found: string[] = auditEvents.nodes.map(({ id }: { id: string }) => id)
  expect(auditEvents.edges.map(({ node }: { node: { id: string } }) => node.id)).toEqual(found)
  return { ...auditEvents, ids: found }
}

async function found(filter: Variables, viewer = moderator): Promise<readonly string[]> {
  return (await page({ filter, first: 100 }, viewer)).ids
}

describe('auditEvents', () => {
  it('contains what happened, the user, the actor and the origin', async () => {
    const ada = await signUp(test.actor())
    const details = { role: { from: 'USER', to: 'ADMIN' } }
    const id = await happened({
      type: 'ROLE_CHANGED',
      tenantId: await tenantOf(ada),
      userId: ada.userId,
      actorId: moderator.userId,
      ipAddress: '2001:db8::7',
      userAgent: 'curl/8',
      requestId: 'request-1',
      reason: 'Promoted',
      details,
    })
    const { nodes } = await page({ filter: { userId: ada.userId } })
    expect(nodes.map(({ type }: { type: string }) => type)).toEqual([
      'ROLE_CHANGED',
      'LOGIN_SUCCEEDED',
      'USER_REGISTERED',
    ])
    expect(nodes[0]).toEqual({
      id,
      type: 'ROLE_CHANGED',
      createdAt: test.clock.now().toISOString(),
      user: { id: ada.userId, email: ada.email },
      actor: { id: moderator.userId, email: moderator.email },
      ipAddress: '2001:db8::7',
      userAgent: 'curl/8',
      requestId: 'request-1',
      reason: 'Promoted',
      details,
    })
  })

  it('can be paged from both ends, each event exactly once', async () => {
    const tenantId = await tenantOf(moderator)
    const userId = (await signUp(test.actor())).userId
    await test.database.client.auditEvent.deleteMany({ where: { userId } })
    const all: string[] = []
    for (let index = 0; index < 7; index += 1) all.unshift(await happened({ tenantId, userId }))
    const filters = [{ userId }, { userId, types: ['PROFILE_UPDATED'] }]
    for (const filter of filters) {
      const down = await walk(filter, 'first', 'after')
      expect(down.flat()).toEqual(all)
      const up = await walk(filter, 'last', 'before')
      expect(up.toReversed().flat()).toEqual(all)
    }
  })

  async function walk(filter: Variables, size: 'first' | 'last', cursor: 'after' | 'before') {
    const pages: (readonly string[])[] = []
    for (let at: string | null | undefined = null; at !== undefined; ) {
      const { ids: found, pageInfo } = await page({ filter, [size]: 3, [cursor]: at })
      pages.push(found)
      const more = size === 'first' ? pageInfo.hasNextPage : pageInfo.hasPreviousPage
      at = more ? (size === 'first' ? pageInfo.endCursor : pageInfo.startCursor) : undefined
    }
    expect(pages).toHaveLength(3)
    return pages
  }

  it('are found by type, by address and by user, and by all of them', async () => {
    const tenantId = await tenantOf(moderator)
    const { userId } = await signUp(test.actor())
    const here = await happened({ tenantId, userId, type: 'TOKEN_REVOKED', ipAddress: '203.0.113.77' })
    const there = await happened({ tenantId, userId, type: 'TOKEN_REVOKED', ipAddress: '2001:db8::77' })
    const other = await happened({ tenantId, type: 'API_KEY_REVOKED', ipAddress: '203.0.113.77' })
    const types = ['TOKEN_REVOKED']
    expect(await found({ types })).toEqual([there, here])
    expect(await found({ types: ['API_KEY_REVOKED', 'TOKEN_REVOKED', 'TOKEN_REVOKED'] })).toEqual([
      other,
      there,
      here,
    ])
    expect(await found({ ipAddress: '203.0.113.77' })).toEqual([other, here])
    expect(await found({ ipAddress: '::ffff:203.0.113.77' })).toEqual([other, here])
    expect(await found({ ipAddress: '2001:0DB8:0::77' })).toEqual([there])
    expect(await found({ ipAddress: '203.0.113.77', types })).toEqual([here])
    expect(await found({ userId, ipAddress: '203.0.113.77' })).toEqual([here])
    expect(await found({ userId, types })).toEqual([there, here])
    expect(await found({ userId, types, ipAddress: '2001:db8::77' })).toEqual([there])
    expect(await found({ types: ['SIGNING_KEYS_ROTATED'] })).toEqual([])
  })

  it('are found by time, both bounds included, with any other filter', async () => {
    const tenantId = await tenantOf(moderator)
    const { userId } = await signUp(test.actor())
    const seen: { id: string; at: string }[] = []
    for (let index = 0; index < 4; index += 1) {
      test.clock.advance(300)
      const id = await happened({ tenantId, userId, type: 'TOKEN_REFRESHED', ipAddress: '203.0.113.5' })
      seen.unshift({ id, at: test.clock.now().toISOString() })
    }
    const [, third, second] = seen
    if (third === undefined || second === undefined) throw new Error('They were just written.')
    const filters = [
      {},
      { userId },
      { types: ['TOKEN_REFRESHED'] },
      { ipAddress: '203.0.113.5' },
      { userId, types: ['TOKEN_REFRESHED', 'LOGOUT'], ipAddress: '203.0.113.5' },
    ]
    for (const filter of filters) {
      expect(await found({ ...filter, from: second.at, to: third.at })).toEqual([third.id, second.id])
      expect(await found({ ...filter, from: third.at, to: third.at })).toEqual([third.id])
      expect(await found({ ...filter, from: seen[0]?.at })).toEqual([seen[0]?.id])
    }
  })

  it('keep to their time also when a clock was set back meanwhile', async () => {
    const tenantId = await tenantOf(moderator)
    test.clock.advance(300)
    const at = test.clock.now()
    const id = await happened({ tenantId, createdAt: new Date(at.getTime() - 30_000) })
    const span = (seconds: number) => new Date(at.getTime() + seconds * 1000).toISOString()
    expect(await found({ from: span(-31), to: span(-29) })).toEqual([id])
    expect(await found({ from: span(-28), to: span(1) })).toEqual([])
  })

  it("are those of the viewer's tenant; the default tenant also has those without a tenant", async () => {
    const slug = await insertTenant(test.database)
    const stranger = await moderatorOf(slug)
    const foreign = await happened({ tenantId: await tenantOf(stranger), type: 'RATE_LIMITED' })
    const own = await happened({ tenantId: await tenantOf(moderator), type: 'RATE_LIMITED' })
    const nobodys = await happened({ type: 'RATE_LIMITED', ipAddress: '198.51.100.1' })
    const types = ['RATE_LIMITED']
    expect(await found({ types }, stranger)).toEqual([foreign])
    expect(await found({ types })).toEqual([nobodys, own])
    expect(await found({})).toEqual(expect.arrayContaining([nobodys, own]))
    expect(await found({})).not.toContain(foreign)
    expect(await found({ ipAddress: '198.51.100.1' })).toEqual([nobodys])
    expect(await found({ ipAddress: '198.51.100.1' }, stranger)).toEqual([])
    const after = writeCursor(own)
    expect((await page({ filter: { types }, after }, stranger)).ids).toEqual([foreign])
  })

  it('include failures of unknown identifiers', async () => {
    await askLogin(test.actor(), 'nobody-at-all@example.com')
    const { nodes } = await page({ filter: { types: ['LOGIN_FAILED'] }, first: 1 })
    expect(nodes).toMatchObject([{ user: null, reason: 'INVALID_CREDENTIALS', ipAddress: '192.0.2.7' }])
  })

  it('leave out kinds that only a newer version knows', async () => {
    const tenantId = await tenantOf(moderator)
    const id = await happened({ tenantId, type: 'FROM_THE_FUTURE', ipAddress: '203.0.113.200' })
    expect(await found({})).not.toContain(id)
    expect(await found({ ipAddress: '203.0.113.200' })).toEqual([])
  })

  it.each([
    [{ from: '2026-02-01T00:00:00Z', to: '2026-01-01T00:00:00Z' }, [['from', 'AFTER_TO']]],
    [{ ipAddress: '203.0.113.0/24' }, [['ipAddress', 'INVALID_ADDRESS']]],
    [{ ipAddress: 'localhost' }, [['ipAddress', 'INVALID_ADDRESS']]],
    [{ ipAddress: '' }, [['ipAddress', 'INVALID_ADDRESS']]],
    [{ ipAddress: '\u0000' }, [['ipAddress', 'INVALID_ADDRESS']]],
    [{ userId: 'ada' }, [['userId', 'UNKNOWN_USER']]],
    [{ userId: '' }, [['userId', 'UNKNOWN_USER']]],
    [{ userId: '01900000-0000-7000-8000-000000000000' }, [['userId', 'UNKNOWN_USER']]],
    [{ types: [] }, [['types', 'REQUIRED']]],
    [
      {
        userId: 'ada',
        types: [],
        ipAddress: 'localhost',
        from: '2026-02-01T00:00:00Z',
        to: '2026-01-01T00:00:00Z',
      },
      [
        ['userId', 'UNKNOWN_USER'],
        ['types', 'REQUIRED'],
        ['from', 'AFTER_TO'],
        ['ipAddress', 'INVALID_ADDRESS'],
      ],
    ],
  ])('refuse the filter %j with the path of all that is wrong', async (filter, wrong) => {
    const answer = await ask({ filter })
    expect(answer.data).toEqual({ auditEvents: null })
    expect(answer.errors).toMatchObject([
      {
        path: ['auditEvents'],
        extensions: {
          code: 'BAD_USER_INPUT',
          issues: wrong.map(([field, code]) => ({
            path: ['filter', field],
            code,
            message: expect.stringMatching(/\.$/),
          })),
        },
      },
    ])
  })

  it.each(['0000-01-01T00:00:00Z', '0001-01-01T00:00:00+14:00', '9999-12-31T23:59:59-14:00'])(
    'refuse %s, which no database takes',
    async (time) => {
      for (const filter of [{ from: time }, { to: time }]) {
        expect((await ask({ filter })).errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
      }
    },
  )

  it('return the same for ids of another tenant and for unknown ids', async () => {
    const stranger = await moderatorOf(await insertTenant(test.database))
    const [foreign, nobodys] = [stranger.userId, randomUUID()].map((userId) => ask({ filter: { userId } }))
    expect((await foreign)?.errors).toEqual((await nobodys)?.errors)
    expect((await foreign)?.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
  })

  it('are for those who may read them', async () => {
    const user = await signUp(test.actor())
    expect((await ask({}, null)).errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    const refused = await ask({}, user)
    expect(refused.data).toEqual({ auditEvents: null })
    expect(refused.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
  })

  it('stay when an account is deleted, without what was personal in them', async () => {
    const ada = await signUp(test.actor())
    const bob = await signUp(test.actor())
    const tenantId = await tenantOf(ada)
    const personal = { ipAddress: '203.0.113.9', userAgent: 'curl/8', details: { city: 'Oslo' } }
    await happened({ tenantId, userId: ada.userId, ...personal, reason: 'PROGRAM' })
    await happened({ tenantId, userId: ada.userId, actorId: bob.userId, ...personal, reason: 'LOVELACE' })
    const done = await happened({ tenantId, userId: bob.userId, actorId: ada.userId, ...personal })
    const input = { currentPassword: goodPassword }
    const deleted = await test.actor().ask(deleteAccountDocument, { input }, Actor.bearer(ada.accessToken))
    expect(deleted.errors).toEqual([])
    const { nodes } = await page({ filter: { userId: ada.userId } })
    expect(nodes.length).toBeGreaterThan(3)
    const reasons = nodes.map(({ reason }: { reason: string | null }) => reason)
    expect(reasons).toContain('PROGRAM')
    expect(reasons).not.toContain('LOVELACE')
    for (const node of nodes) expect(node).toMatchObject({ user: null, ipAddress: null, userAgent: null })
    const [byAda] = (await page({ filter: { userId: bob.userId } })).nodes
    expect(byAda).toMatchObject({ id: done, actor: null, ipAddress: null, userAgent: null })
    expect(byAda.details).toEqual({ city: 'Oslo' })
  })
})

describe('User.auditEvents', () => {
  const askAbout = (userId: string, viewer: SignedIn | null) =>
    test
      .actor()
      .ask(
        auditEventsOfUserDocument,
        { representations: [{ __typename: 'User', id: userId }], first: 2 },
        viewer === null ? {} : Actor.bearer(viewer.accessToken),
      )

  it('are the events about that user, for those who may read them', async () => {
    const ada = await signUp(test.actor())
    const rows = await auditOf(test.database, ada.userId)
    const answer = await askAbout(ada.userId, moderator)
    expect(answer.errors).toEqual([])
    const expected = rows.toReversed().map(({ id, type }) => ({ id, type, user: { id: ada.userId } }))
    expect(answer.data._entities).toEqual([{ id: ada.userId, auditEvents: { nodes: expected.slice(0, 2) } }])
  })

  it('are null for all other viewers', async () => {
    const ada = await signUp(test.actor())
    for (const viewer of [null, ada, await signUp(test.actor())]) {
      const answer = await askAbout(ada.userId, viewer)
      expect(answer.errors).toEqual([])
      expect(answer.data._entities).toEqual([{ id: ada.userId, auditEvents: null }])
    }
    const stranger = await moderatorOf(await insertTenant(test.database))
    const far = await askAbout(ada.userId, stranger)
    expect(far.data._entities).toEqual([{ id: ada.userId, auditEvents: null }])
  })
})

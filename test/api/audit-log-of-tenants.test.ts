import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Prisma } from '../../src/adapters/prisma/generated/client.ts'
import { createIds } from '../../src/lib/ids/ids.ts'
import { Actor } from '../support/actor.ts'
import { makeKey } from '../support/api-keys.ts'
import { type SignedIn, signUp, signUpAs } from '../support/people.ts'
import { insertTenant, tenantIdOf } from '../support/rows.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const document = `
  query ($filter: AuditEventFilter, $first: Int, $after: String) {
    auditEvents(filter: $filter, first: $first, after: $after) {
      nodes { id type tenant createdAt ipAddress userAgent requestId reason details user { id } actor { id } }
      edges { cursor }
    }
  }
`

let test: TestApp
let ids: ReturnType<typeof createIds>
let acme: string
/** An administrator of the tenant `default`. */
let admin: SignedIn
/** An administrator of acme. */
let owner: SignedIn
beforeAll(async () => {
  test = await createTestApp()
  ids = createIds(test.clock)
  acme = await insertTenant(test.database)
  admin = await signUpAs(test, 'ADMIN')
  owner = await signUpAs(test, 'ADMIN', acme)
})
afterAll(() => test.close())

type Variables = Readonly<Record<string, unknown>>

function ask(viewer: Pick<SignedIn, 'accessToken'>, filter: Variables, page: Variables = {}) {
  const variables = { filter, first: 100, ...page }
  return test.actor().ask(document, variables, Actor.bearer(viewer.accessToken))
}

async function log(viewer: Pick<SignedIn, 'accessToken'>, filter: Variables) {
  const answer = await ask(viewer, filter)
  expect(answer.errors).toEqual([])
  return answer.data.auditEvents.nodes
}

async function issuesOf(viewer: Pick<SignedIn, 'accessToken'>, filter: Variables): Promise<string[]> {
  const { errors, data } = await ask(viewer, filter)
  expect(data.auditEvents).toBeNull()
  const issues = errors[0]?.extensions.issues
  return Array.isArray(issues) ? issues.map(({ path, code }) => `${path.join('.')}: ${code}`) : []
}

async function happened(event: Partial<Prisma.AuditEventCreateManyInput>): Promise<string> {
  test.clock.advance(0.001)
  const id = ids.next()
  const row = { id, type: 'PROFILE_UPDATED', createdAt: test.clock.now(), ...event }
  await test.database.client.auditEvent.create({ data: row })
  return id
}

describe('User.tenant', () => {
  it('is the slug, to the user and to administrators of their tenant', async () => {
    const ada = await signUp(test.actor(), { tenant: acme })
    const self = await test.actor().ask('{ me { tenant } }', {}, Actor.bearer(ada.accessToken))
    expect(self.data.me.tenant).toBe(acme)
    const users = await test
      .actor()
      .ask('{ users { nodes { tenant } } }', {}, Actor.bearer(owner.accessToken))
    expect(users.errors).toEqual([])
    expect(users.data.users.nodes.length).toBeGreaterThan(1)
    expect(new Set(users.data.users.nodes.map(({ tenant }: { tenant: string }) => tenant))).toEqual(
      new Set([acme]),
    )
  })
})

describe('AuditEvent.tenant', () => {
  it('is the tenant of the event; null for an event of no tenant, which is in the log of default', async () => {
    const id = await happened({ type: 'LOGIN_FAILED', tenantId: null })
    const events = await log(admin, {})
    expect(events.find((event: { id: string }) => event.id === id)).toMatchObject({ tenant: null })
    expect(events).toContainEqual(expect.objectContaining({ type: 'LOGIN_SUCCEEDED', tenant: 'default' }))
    const own = await log(owner, {})
    expect(own.length).toBeGreaterThan(0)
    expect(own.every(({ tenant }: { tenant: string }) => tenant === acme)).toBe(true)
  })
})

describe('AuditEventFilter.tenant', () => {
  it('names the own tenant for everyone who may read its log', async () => {
    const moderator = await signUpAs(test, 'MODERATOR', acme)
    expect((await log(moderator, { tenant: ` ${acme} ` })).length).toBeGreaterThan(0)
    expect(await log(moderator, { tenant: acme, userId: owner.userId })).not.toEqual([])
    expect((await log(admin, { tenant: 'default', userId: admin.userId })).length).toBeGreaterThan(0)
  })

  it.each(['default', 'nowhere', '', 'a\u0000b', 'x'.repeat(300)])(
    'refuses %j to an administrator of another tenant, as one that does not exist',
    async (tenant) => {
      expect(await issuesOf(owner, { tenant })).toEqual(['filter.tenant: UNKNOWN_TENANT'])
    },
  )

  it('reports an unknown tenant together with the other faults, with tenants:read', async () => {
    expect(await issuesOf(admin, { tenant: 'nowhere', types: [] })).toEqual([
      'filter.types: REQUIRED',
      'filter.tenant: UNKNOWN_TENANT',
    ])
  })

  it('shows with tenants:read what happened in another tenant, and nothing about persons', async () => {
    const tenantId = await tenantIdOf(test.database, acme)
    const traces = { ipAddress: '2001:db8::77', userAgent: 'Traceable/1', requestId: 'traceable-request' }
    const sessionId = randomUUID()
    const persons = { userId: owner.userId, actorId: admin.userId, sessionId }
    const id = await happened({
      tenantId,
      ...persons,
      ...traces,
      reason: 'TRACEABLE',
      details: { city: 'Oslo', sessionId, TRACEABLE: { email: owner.email } },
    })
    const changed = await happened({
      type: 'TENANT_CHANGED',
      tenantId,
      actorId: admin.userId,
      ...traces,
      details: { settings: { mfa: { from: null, to: 'required' } } },
    })
    const events = await log(admin, { tenant: acme })
    const nothing = { user: null, actor: null, ipAddress: null, userAgent: null, requestId: null }
    expect(events.slice(0, 2)).toEqual([
      {
        id: changed,
        type: 'TENANT_CHANGED',
        tenant: acme,
        createdAt: expect.any(String),
        ...nothing,
        reason: null,
        details: { settings: { mfa: { from: null, to: 'required' } } },
      },
      {
        id,
        type: 'PROFILE_UPDATED',
        tenant: acme,
        createdAt: expect.any(String),
        ...nothing,
        reason: null,
        details: {},
      },
    ])
    const text = JSON.stringify(events)
    for (const secret of [owner.userId, owner.email, sessionId, 'raceable', 'TRACEABLE', 'Oslo', '2001:db8'])
      expect(text).not.toContain(secret)
    const own = await log(owner, { types: ['PROFILE_UPDATED'] })
    expect(own).toContainEqual(expect.objectContaining({ id, requestId: 'traceable-request' }))
  })

  it('lets no one search the log of another tenant for a person or an address', async () => {
    const known = await issuesOf(admin, { tenant: acme, userId: owner.userId, ipAddress: '192.0.2.7' })
    const unknown = await issuesOf(admin, { tenant: acme, userId: randomUUID(), ipAddress: '198.51.100.9' })
    expect(known).toEqual(['filter.userId: UNKNOWN_USER', 'filter.ipAddress: PERSONAL_DATA'])
    expect(unknown).toEqual(known)
  })

  it('requires tenants:read of an API key, besides audit:read', async () => {
    const reader = await makeKey(test, admin.accessToken, { permissions: ['audit:read'] })
    const manager = await makeKey(test, admin.accessToken, { permissions: ['audit:read', 'tenants:read'] })
    const headers = (secret: string) => ({ accessToken: secret })
    expect(await issuesOf(headers(reader.secret), { tenant: acme })).toEqual([
      'filter.tenant: UNKNOWN_TENANT',
    ])
    expect((await log(headers(manager.secret), { tenant: acme })).length).toBeGreaterThan(0)
  })

  it('gives a cursor of another tenant no meaning beyond its position', async () => {
    const foreign = await ask(admin, { tenant: acme }, { first: 1 })
    const [{ cursor }] = foreign.data.auditEvents.edges
    const after = await ask(owner, {}, { after: cursor })
    expect(after.errors).toEqual([])
    const tenants = after.data.auditEvents.nodes.map(({ tenant }: { tenant: string }) => tenant)
    expect(new Set(tenants)).toEqual(new Set([acme]))
    const own = await ask(admin, {}, { after: cursor })
    expect(JSON.stringify(own.data.auditEvents.nodes)).not.toContain(acme)
  })
})

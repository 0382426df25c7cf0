import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { createStores } from '../../src/adapters/prisma/stores/prisma-stores.ts'
import type { Tenant } from '../../src/domain/tenants/tenant.ts'
import type { TenantStore } from '../../src/domain/tenants/tenant-store.ts'
import { signUp } from '../support/people.ts'
import { insertTenant, tenantIdOf } from '../support/rows.ts'
import { freshSlug } from '../support/tenant-calls.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
let database: Database
let store: TenantStore
beforeAll(async () => {
  test = await createTestApp()
  database = test.database
  store = createStores(database.client).tenants
})
afterAll(() => test.close())

const now = new Date('2031-02-03T04:05:06.789Z')

function newTenant(given: Partial<Tenant> = {}): Tenant {
  const state = { active: true, createdAt: now, accessFrom: null, version: 0 }
  return {
    id: randomUUID(),
    slug: freshSlug(),
    name: 'Acme',
    settings: { sessionLimit: 2 },
    ...state,
    ...given,
  }
}

async function inserted(given: Partial<Tenant> = {}): Promise<Tenant> {
  const tenant = newTenant(given)
  expect(await store.insert(tenant)).toBe(true)
  return tenant
}

describe('insert', () => {
  it('stores a tenant as it is, and finds it by slug and id', async () => {
    const tenant = await inserted()
    expect(await store.findBySlug(tenant.slug)).toEqual(tenant)
    expect(await store.findById(tenant.id)).toEqual(tenant)
    expect(await store.lock(tenant.slug)).toEqual(tenant)
  })

  it('adds one of parallel tenants with the same slug', async () => {
    const slug = freshSlug()
    const results = await Promise.all([1, 2, 3].map(() => store.insert(newTenant({ slug }))))
    expect(results.filter(Boolean)).toHaveLength(1)
  })
})

describe('update', () => {
  it('changes what is given, keeps the rest, and raises the version each time', async () => {
    const tenant = await inserted()
    const later = new Date(now.getTime() + 1000)
    expect(await store.update(tenant.id, { name: 'New' }, later)).toEqual({
      ...tenant,
      name: 'New',
      version: 1,
    })
    const off = { active: false, accessFrom: later, settings: {} }
    expect(await store.update(tenant.id, off, later)).toEqual({ ...tenant, name: 'New', ...off, version: 2 })
    expect(await store.update(randomUUID(), { name: 'x' }, later)).toBeNull()
  })

  it('counts parallel changes', async () => {
    const { id } = await inserted()
    const changed = await Promise.all([1, 2, 3].map((n) => store.update(id, { name: `Name ${n}` }, now)))
    expect(changed.map((tenant) => tenant?.version).toSorted()).toEqual([1, 2, 3])
  })
})

describe('listPage', () => {
  it('lists the newest first, from either end', async () => {
    const ids = ['ffffffff-0000-7000-8000-000000000001', 'ffffffff-0000-7000-8000-000000000002'] as const
    for (const id of ids) await inserted({ id })
    const page = { after: null, before: null, limit: 2 }
    const newest = await store.listPage({ ...page, from: 'newest' })
    expect(newest.map(({ id }) => id)).toEqual(ids.toReversed())
    const [oldest] = (await store.listPage({ ...page, limit: 1, from: 'oldest' })).slice(-1)
    expect(oldest?.slug).toBe('default')
    const rest = await store.listPage({ ...page, after: ids[1], from: 'newest' })
    expect(rest[0]?.id).toBe(ids[0])
  })
})

describe('countUsers', () => {
  it('counts the accounts of each tenant up to a maximum, in one call', async () => {
    const [one, two] = [await insertTenant(database), await insertTenant(database)]
    for (const tenant of [one, one, one, two]) await signUp(test.actor(), { tenant })
    const ids = [await tenantIdOf(database, one), await tenantIdOf(database, two), randomUUID()]
    expect([...(await store.countUsers(ids, 2)).entries()].toSorted()).toEqual(
      [
        [ids[0], 2],
        [ids[1], 1],
        [ids[2], 0],
      ].toSorted(),
    )
    expect(await store.countUsers([], 2)).toEqual(new Map())
  })
})

describe('countSessions', () => {
  it('counts live sessions of the tenant only, up to its maximums', async () => {
    const [one, two] = [await insertTenant(database), await insertTenant(database)]
    const users = []
    for (const tenant of [one, one, one, two]) users.push(await signUp(test.actor(), { tenant }))
    const id = await tenantIdOf(database, one)
    const at = test.clock.now()
    const count = (maxSessions: number, maxUsers: number, time = at) =>
      store.countSessions(id, time, { maxSessions, maxUsers })
    expect(await count(10, 10)).toBe(3)
    expect(await count(2, 10)).toBe(2)
    expect(await count(10, 1)).toBe(1)
    await database.client.session.update({
      where: { id: users[0]?.sessionId ?? '' },
      data: { revokedAt: at },
    })
    expect(await count(10, 10)).toBe(2)
    expect(await count(10, 10, new Date(at.getTime() + 10 * 365 * 86_400_000))).toBe(0)
  })
})

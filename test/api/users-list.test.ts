import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { selectUserPage } from '../../src/adapters/prisma/stores/accounts/user-page.ts'
import type { UserQuery } from '../../src/domain/users/user-store.ts'
import { insertAccessRole } from '../support/access-roles.ts'
import { usersDocument } from '../support/operations.ts'
import { askAs, type SignedIn, signUp, signUpAs } from '../support/people.ts'
import { insertTenant, tenantIdOf } from '../support/rows.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
let tenant: string
let tenantId: string
let viewer: SignedIn
/** Everybody of the tenant besides the viewer, oldest first. */
const people = [
  { email: 'ann@example.com', username: 'Annika', role: 'USER', active: true, emailVerifiedAt: new Date() },
  { email: 'anna@example.com', username: null, role: 'USER', active: false, emailVerifiedAt: null },
  { email: 'bob_1@example.com', username: 'ann.x', role: 'MODERATOR', active: true, emailVerifiedAt: null },
  { email: 'bobx1@example.com', username: 'c_d', role: 'USER', active: true, emailVerifiedAt: new Date() },
  { email: '100%@example.com', username: 'cxd', role: 'USER', active: true, emailVerifiedAt: null },
  { email: 'zoé@example.com', username: null, role: 'USER', active: true, emailVerifiedAt: null },
] as const

beforeAll(async () => {
  test = await createTestApp()
  tenant = await insertTenant(test.database)
  viewer = await signUpAs(test, 'MODERATOR', tenant)
  tenantId = await tenantIdOf(test.database, tenant)
  await test.database.client.user.createMany({
    data: people.map((person, n) => ({
      ...person,
      id: `ffffffff-0000-7000-8000-00000000000${n}`,
      tenantId,
      usernameKey: person.username?.toLowerCase() ?? null,
      lockedAt: n === 3 || n === 4 ? test.clock.now() : null,
      lockedUntil: n === 4 ? test.clock.now() : null,
    })),
  })
  await signUp(test.actor(), { email: 'ann@example.com' })
})
afterAll(() => test.close())

type Filter = Readonly<Record<string, unknown>>
const ask = (filter: Filter, page: Filter = {}) => askAs(test, viewer, usersDocument, { filter, ...page })
const found = async (filter: Filter): Promise<string[]> =>
  (await ask(filter)).nodes.map(({ email }: { email: string }) => email.replace('@example.com', ''))

describe('users', () => {
  it('are those of the own tenant, newest first, and counted', async () => {
    const all = ['zoé', '100%', 'bobx1', 'bob_1', 'anna', 'ann']
    expect((await found({})).slice(0, 6)).toEqual(all)
    expect(await ask({})).toMatchObject({ totalCount: 7 })
    expect(await ask({ tenant })).toMatchObject({ totalCount: 7 })
    for (const other of ['default', 'unknown', 'x'.repeat(100)])
      expect(await ask({ tenant: other })).toMatchObject({ code: 'BAD_USER_INPUT' })
  })

  it.each([
    ['ann', ['bob_1', 'anna', 'ann']],
    [' ANN ', ['bob_1', 'anna', 'ann']],
    ['ANNI', ['ann']],
    ['anna@', ['anna']],
    ['nn', []],
    ['@example.com', []],
    ['%', []],
    ['a%', []],
    ['_', []],
    ['bob_', ['bob_1']],
    ['c_', ['bobx1']],
    ['100%', ['100%']],
    ['\\', []],
    ['a\\', []],
    ["'; DROP TABLE users; --", []],
    ['zoe\u0301', ['zoé']],
    ['ZOÉ', ['zoé']],
  ])('are searched by the beginning of address and username: %s', async (search, expected) => {
    expect(await found({ search })).toEqual(expected)
  })

  it('are all of them for blanks', async () => {
    expect(await ask({ search: ' ' })).toMatchObject({ totalCount: 7 })
  })

  it.each<[Filter, readonly string[]]>([
    [{ role: 'MODERATOR', search: 'b' }, ['bob_1']],
    [{ active: false }, ['anna']],
    [{ locked: true }, ['bobx1']],
    [{ locked: false, search: '100' }, ['100%']],
    [{ locked: false, emailVerified: true }, ['ann']],
    [{ emailVerified: true }, ['bobx1', 'ann']],
    [{ active: true, emailVerified: false, role: 'USER' }, ['zoé', '100%']],
    [{ role: 'ADMIN' }, []],
    [{ active: false, locked: true, role: 'USER', emailVerified: true, search: 'a' }, []],
  ])('are filtered by %j', async (filter, expected) => {
    expect(await found(filter)).toEqual(expected)
    expect(await ask(filter)).toMatchObject({ totalCount: expected.length })
  })

  it.each([
    [{ search: 'x'.repeat(255) }, 'search', 'TOO_LONG'],
    [{ search: 'a\u0000' }, 'search', 'INVALID_CHARACTERS'],
  ])('require a valid search: %#', async (filter, field, code) => {
    const answer = await ask(filter)
    expect(answer).toMatchObject({ code: 'BAD_USER_INPUT', issues: [{ path: ['filter', field], code }] })
  })

  it.each([{ role: 'EMPEROR' }, { active: 'yes' }, { unknown: 1 }])('refuse %j', async (filter) => {
    expect(await ask(filter)).toMatchObject({ code: 'BAD_USER_INPUT' })
  })

  it('come page by page in both directions, each once', async () => {
    const forwards: string[] = []
    let after: string | null = null
    do {
      const page: { nodes: { id: string }[]; pageInfo: { hasNextPage: boolean; endCursor: string } } =
        await ask({ emailVerified: false }, { first: 2, after })
      forwards.push(...page.nodes.map(({ id }) => id))
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
    } while (after !== null)
    expect(forwards).toHaveLength(5)
    expect(new Set(forwards).size).toBe(5)
    const last = await ask({ emailVerified: false }, { last: 2 })
    expect(last.nodes.map(({ id }: { id: string }) => id)).toEqual(forwards.slice(-2))
    expect(last.pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: false })
  })

  it('can be those with a role of the application, also page by page', async () => {
    const { id: roleId, name } = await insertAccessRole(test.database)
    const foreign = await insertAccessRole(test.database)
    const held = people.flatMap((_person, n) => (n === 2 ? [] : `ffffffff-0000-7000-8000-00000000000${n}`))
    await test.database.client.userAccessRole.createMany({
      data: held.map((userId) => ({ userId, roleId, tenantId })),
    })
    const { userId, tenantId: elsewhere } = await strangerWith(roleId)
    expect(elsewhere).not.toBe(tenantId)
    expect(await found({ accessRole: name })).toEqual(['zoé', '100%', 'bobx1', 'anna', 'ann'])
    expect(await found({ accessRole: name, search: 'ann' })).toEqual(['anna', 'ann'])
    expect(await found({ accessRole: name, active: false })).toEqual(['anna'])
    expect(await ask({ accessRole: name })).toMatchObject({ totalCount: 5 })
    const ids: string[] = []
    let after: string | null = null
    do {
      const page = await ask({ accessRole: name }, { first: 2, after })
      ids.push(...page.nodes.map(({ id }: { id: string }) => id))
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null
    } while (after !== null)
    expect(ids).toEqual(held.toReversed())
    expect(ids).not.toContain(userId)
    for (const none of [foreign.name, 'unknown', '', 'ADMIN'])
      expect(await found({ accessRole: none })).toEqual([])
    for (const bad of ['a\u0000', 'x'.repeat(65)])
      expect(await ask({ accessRole: bad })).toMatchObject({ code: 'BAD_USER_INPUT' })
  })

  it('are not counted beyond 10 000', async () => {
    const crowd = await insertTenant(test.database)
    const admin = await signUpAs(test, 'ADMIN', crowd)
    await insertCrowd(crowd, 10_000)
    expect(await askAs(test, admin, usersDocument, { first: 1 })).toMatchObject({ totalCount: null })
    expect(await askAs(test, admin, usersDocument, { first: 1, filter: { role: 'USER' } })).toMatchObject({
      totalCount: 10_000,
    })
  })

  it('are found by indexes among many', async () => {
    const { id } = await test.database.client.tenant.findFirstOrThrow({
      where: { users: { some: { email: 'crowd7@example.com' } } },
    })
    await test.database.client.$executeRaw`ANALYZE users`
    const none: UserQuery = {
      tenantId: id,
      prefix: null,
      role: null,
      accessRole: null,
      active: null,
      locked: null,
      emailVerified: null,
    }
    expect(await plan(none)).toMatch(/users_tenant_id_id_idx|users_pkey/)
    const search = await plan({ ...none, prefix: 'crowd77' })
    expect(search).toContain('users_email_prefix_idx')
    expect(search).toContain('users_username_prefix_idx')
    expect(await plan({ ...none, role: 'ADMIN' })).toContain('users_privileged_idx')
    expect(await plan({ ...none, locked: true })).toContain('users_locked_idx')
    expect(await plan({ ...none, active: false })).toContain('users_inactive_idx')
  })

  it('of a small tenant are searched without those of others', async () => {
    const slug = await insertTenant(test.database)
    const { userId } = await signUp(test.actor(), { tenant: slug, username: 'crowd_of_one' })
    await test.database.client.$executeRaw`ANALYZE users`
    const tenantId = await tenantIdOf(test.database, slug)
    const others = { role: null, accessRole: null, active: null, locked: null, emailVerified: null }
    const search = await plan({ tenantId, prefix: 'crowd', ...others })
    expect(search).toContain('users_tenant_id_id_idx')
    expect(search).not.toMatch(/Seq Scan|prefix_idx/)
    const admin = await signUpAs(test, 'ADMIN', slug)
    const { nodes } = await askAs(test, admin, usersDocument, { filter: { search: 'crowd' } })
    expect(nodes).toMatchObject([{ id: userId }])
  })

  it('with a role of the application are found by the index of its holders', async () => {
    const { client } = test.database
    const { id: tenantId } = await client.tenant.findFirstOrThrow({
      where: { users: { some: { email: 'crowd7@example.com' } } },
    })
    const { id: roleId, name: accessRole } = await insertAccessRole(test.database)
    await client.$executeRaw`
      INSERT INTO user_access_roles (user_id, role_id, tenant_id)
      SELECT id, ${roleId}::uuid, tenant_id FROM users WHERE tenant_id = ${tenantId}::uuid`
    await client.$executeRaw`ANALYZE user_access_roles`
    const holders = {
      tenantId,
      prefix: null,
      role: null,
      accessRole,
      active: null,
      locked: null,
      emailVerified: null,
    }
    const page = await plan(holders)
    expect(page).toContain('user_access_roles_role_id_tenant_id_user_id_idx')
    expect(page).not.toMatch(/"Sort|Seq Scan on (users|user_access_roles)/)
    const search = await plan({ ...holders, prefix: 'crowd77' })
    expect(search).toContain('users_email_prefix_idx')
    await client.userAccessRole.deleteMany({ where: { roleId } })
  })
})

/** A user of the default tenant who has the role. */
async function strangerWith(roleId: string) {
  const { userId } = await signUp(test.actor())
  const { tenantId } = await test.database.client.user.findUniqueOrThrow({ where: { id: userId } })
  await test.database.client.userAccessRole.create({ data: { userId, roleId, tenantId } })
  return { userId, tenantId }
}

async function insertCrowd(slug: string, size: number): Promise<void> {
  const id = await tenantIdOf(test.database, slug)
  await test.database.client.$executeRaw`
    INSERT INTO users (id, tenant_id, email, username, username_key, created_at, updated_at)
    SELECT gen_random_uuid(), ${id}::uuid, 'crowd' || n || '@example.com', 'Crowd' || n, 'crowd' || n, now(), now()
    FROM generate_series(1, ${size}::int) n`
}

async function plan(query: UserQuery): Promise<string> {
  const page = { after: null, before: null, limit: 21, from: 'newest' } as const
  const { strings, values } = selectUserPage(query, page, test.clock.now())
  const explain = strings.map((part, index) => (index === 0 ? `EXPLAIN ${part}` : part))
  const { client } = test.database
  return JSON.stringify(await client.$queryRaw(Object.assign(explain, { raw: explain }), ...values))
}

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tokenAccessRules } from '../../src/app/token-access.ts'
import { maxAccessRoles } from '../../src/domain/access/access-role.ts'
import type { AccessStore } from '../../src/domain/access/access-store.ts'
import { defaultTenantId, permissions } from '../../src/domain/access/permissions.ts'
import { accessBytes } from '../../src/domain/access/token-bounds.ts'
import { countedRoles } from '../../src/flows/permissions/find-access-roles.ts'
import {
  type AccessCalls,
  accessCalls,
  accessEvents,
  accessRevocations,
} from '../support/access-documents.ts'
import { insertAccessRole, roleName } from '../support/access-roles.ts'
import { type SignedIn, signUp, signUpAs } from '../support/people.ts'
import { insertTenant, tenantIdOf } from '../support/rows.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
let calls: AccessCalls
let admin: SignedIn
beforeAll(async () => {
  test = await createTestApp()
  calls = accessCalls(test)
  admin = await signUpAs(test, 'ADMIN')
})
afterAll(() => test.close())

async function declare(tenantGrantable = true, name = `${roleName('posts')}:write`): Promise<string> {
  expect(await calls.definePermission(admin, { name, tenantGrantable })).toMatchObject({
    permission: { name },
  })
  return name
}

/** An administrator of a tenant of their own. */
async function tenantAdmin() {
  const slug = await insertTenant(test.database)
  const tenantId = await tenantIdOf(test.database, slug)
  return { slug, tenantId, viewer: await signUpAs(test, 'ADMIN', slug) }
}

async function define(viewer: SignedIn, input: object = {}): Promise<string> {
  const name = roleName('editor')
  expect(await calls.defineRole(viewer, { name, ...input })).toMatchObject({ role: { name } })
  return name
}

const listed = async (name: string, viewer = admin) =>
  (await calls.roles(viewer)).data.accessRoles.find((role: { name: string }) => role.name === name)

async function give(userId: string, name: string): Promise<void> {
  const { client } = test.database
  const { tenantId } = await client.user.findUniqueOrThrow({ where: { id: userId } })
  const role = await client.accessRole.findFirstOrThrow({ where: { name } })
  await client.userAccessRole.create({ data: { userId, roleId: role.id, tenantId } })
}

describe('defineRole', () => {
  it('defines a role of the tenant, with its permissions once and in alphabetical order', async () => {
    const [first = '', second = ''] = [await declare(), await declare()].sort()
    const name = roleName('editor')
    const role = { name, description: 'Writes.', permissions: [first, second], isDefault: false }
    const input = { name, description: 'Writes.', permissions: [second, first, second] }
    const expected = { ...role, scope: 'TENANT', userCount: 0 }
    expect(await calls.defineRole(admin, input)).toEqual({ __typename: 'DefineRoleSuccess', role: expected })
    expect(await listed(name)).toEqual(expected)
  })

  it('keeps absent fields of an existing role, and removes a description that is null', async () => {
    const permission = await declare()
    const name = await define(admin, { description: 'Writes.', permissions: [permission], isDefault: true })
    await calls.defineRole(admin, { name })
    expect(await listed(name)).toMatchObject({
      description: 'Writes.',
      permissions: [permission],
      isDefault: true,
    })
    await calls.defineRole(admin, { name, description: null, permissions: [], isDefault: false })
    expect(await listed(name)).toMatchObject({ description: null, permissions: [], isDefault: false })
  })

  it('refuses older tokens of holders once if the permissions change, and not otherwise', async () => {
    const permission = await declare()
    const { viewer, tenantId } = await tenantAdmin()
    const name = await define(viewer, { permissions: [] })
    await calls.defineRole(viewer, { name, description: 'Writes.', isDefault: true })
    expect(await accessRevocations(test, name)).toEqual([])
    await calls.defineRole(viewer, { name, permissions: [permission] })
    await calls.defineRole(viewer, { name, permissions: [permission] })
    expect(await accessRevocations(test, name)).toEqual([
      { tenantId, minimumAccessVersion: expect.any(Number) },
    ])
    const shared = await define(admin, { scope: 'INSTALLATION' })
    await calls.defineRole(admin, { name: shared, scope: 'INSTALLATION', permissions: [permission] })
    expect(await accessRevocations(test, shared)).toMatchObject([{ tenantId: null }])
  })

  it('records each difference in the audit log of its tenant', async () => {
    const permission = await declare()
    const { viewer, tenantId } = await tenantAdmin()
    const name = await define(viewer)
    await calls.defineRole(viewer, { name, permissions: [permission] })
    await calls.defineRole(viewer, { name, permissions: [permission] })
    await calls.removeRole(viewer, { name })
    const base = { type: 'ROLES_CHANGED', tenantId, actorId: viewer.userId }
    expect(await accessEvents(test, name)).toMatchObject([
      { ...base, details: { change: 'DEFINED', scope: 'TENANT', added: [], removed: [] } },
      { ...base, details: { change: 'CHANGED', added: [permission], removed: [] } },
      { ...base, details: { change: 'REMOVED', users: 0 } },
    ])
  })

  it.each(['', 'Editor', '1st', 'a b', 'a:b', 'é', 'a\u0000', 'a'.repeat(65)])(
    'refuses the name %j',
    async (name) => {
      expect(await calls.defineRole(admin, { name })).toMatchObject({
        issues: [{ path: ['name'], code: 'INVALID_NAME' }],
      })
    },
  )

  it('reports every permission that it cannot contain, with its place in the input', async () => {
    const closed = await declare(false)
    const input = { name: roleName(), permissions: ['users:read', 'posts:unknown', closed, 'x\u0000'] }
    expect(await calls.defineRole(admin, input)).toMatchObject({
      issues: [
        { path: ['permissions', '0'], code: 'BUILT_IN_PERMISSION' },
        { path: ['permissions', '1'], code: 'UNKNOWN_PERMISSION' },
        { path: ['permissions', '2'], code: 'NOT_GRANTABLE' },
        { path: ['permissions', '3'], code: 'UNKNOWN_PERMISSION' },
      ],
    })
    expect(await listed(input.name)).toBeUndefined()
    expect(
      await calls.defineRole(admin, { ...input, permissions: [closed], scope: 'INSTALLATION' }),
    ).toMatchObject({ role: { permissions: [closed] } })
  })

  it('refuses a name that a role of the other scope has', async () => {
    const { viewer } = await tenantAdmin()
    const shared = await define(admin, { scope: 'INSTALLATION' })
    const own = await define(viewer)
    const taken = { __typename: 'AuthNameTakenProblem', code: 'NAME_TAKEN' }
    expect(await calls.defineRole(viewer, { name: shared })).toMatchObject(taken)
    expect(await calls.defineRole(admin, { name: shared })).toMatchObject(taken)
    expect(await calls.defineRole(admin, { name: own, scope: 'INSTALLATION' })).toMatchObject(taken)
    const other = await tenantAdmin()
    expect(await calls.defineRole(other.viewer, { name: own })).toMatchObject({ role: { name: own } })
  })

  it(`allows ${maxAccessRoles} roles of a tenant`, async () => {
    const { viewer, tenantId } = await tenantAdmin()
    for (let count = 1; count < maxAccessRoles; count++) await insertAccessRole(test.database, { tenantId })
    const last = await define(viewer)
    expect(await calls.defineRole(viewer, { name: roleName() })).toMatchObject({
      issues: [{ path: ['name'], code: 'TOO_MANY' }],
    })
    expect(await calls.defineRole(viewer, { name: last, description: 'Changed.' })).toMatchObject({
      role: { description: 'Changed.' },
    })
  })
})

describe('the size of tokens', () => {
  const long = (index: number) => `posts-${String(index).padStart(2, '0')}-${'x'.repeat(46)}:write`
  const maxBytes = () => tokenAccessRules(test.config).maxBytes
  let names: string[]
  beforeAll(async () => {
    names = Array.from({ length: 30 }, (_, index) => long(index))
    for (const name of names) await declare(true, name)
  })

  /** As many long permissions as fit into a token of an administrator with these roles. */
  function fitting(...roles: string[]): number {
    const fits = (count: number) => {
      const granted = [...permissions, ...names.slice(0, count)]
      return accessBytes({ permissions: granted, roles, claims: {} }) <= maxBytes()
    }
    return names.findIndex((_, index) => !fits(index + 1))
  }

  it('limits a role, and the refusal says by how much', async () => {
    const { viewer } = await tenantAdmin()
    const name = roleName()
    const count = fitting(name)
    expect(await calls.defineRole(viewer, { name, permissions: names.slice(0, count + 1) })).toMatchObject({
      issues: [
        {
          path: ['permissions'],
          code: 'TOO_LONG',
          message: expect.stringMatching(new RegExp(`exceed ${maxBytes()} bytes by \\d+`)),
        },
      ],
    })
    expect(await calls.defineRole(viewer, { name, permissions: names.slice(0, count) })).toMatchObject({
      role: { name },
    })
  })

  it('limits all roles of a holder together', async () => {
    const { viewer, slug } = await tenantAdmin()
    const half = names.slice(0, 15)
    const [one, other] = [await define(viewer, { permissions: half }), await define(viewer)]
    const { userId } = await signUp(test.actor(), { tenant: slug })
    for (const role of [one, other]) await give(userId, role)
    expect(await calls.defineRole(viewer, { name: other, permissions: names.slice(15) })).toMatchObject({
      issues: [{ code: 'TOO_LONG' }],
    })
    expect(await calls.defineRole(viewer, { name: other, permissions: half })).toMatchObject({
      role: { name: other },
    })
  })

  it('limits all default roles together', async () => {
    const { viewer } = await tenantAdmin()
    await define(viewer, { permissions: names.slice(0, 15), isDefault: true })
    const input = { name: roleName(), permissions: names.slice(15) }
    expect(await calls.defineRole(viewer, { ...input, isDefault: true })).toMatchObject({
      issues: [{ code: 'TOO_LONG' }],
    })
    expect(await calls.defineRole(viewer, input)).toMatchObject({ role: { name: input.name } })
  })
})

describe('removeRole', () => {
  it('removes a role that no one has', async () => {
    const name = await define(admin)
    expect(await calls.removeRole(admin, { name })).toEqual({ __typename: 'RemoveRoleSuccess', name })
    expect(await listed(name)).toBeUndefined()
    expect(await calls.removeRole(admin, { name })).toMatchObject({ code: 'NOT_FOUND' })
    expect(await calls.removeRole(admin, { name: `${randomUUID()}\u0000` })).toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  it('refuses to remove a role that users have, unless forced', async () => {
    const { viewer, tenantId, slug } = await tenantAdmin()
    const name = await define(viewer)
    const { userId } = await signUp(test.actor(), { tenant: slug })
    await give(userId, name)
    expect(await calls.removeRole(viewer, { name })).toMatchObject({
      __typename: 'AuthInUseProblem',
      code: 'IN_USE',
      users: 1,
      roles: [],
      apiKeys: 0,
    })
    expect(await listed(name, viewer)).toMatchObject({ userCount: 1 })
    expect(await calls.removeRole(viewer, { name, force: true })).toMatchObject({ name })
    expect(await listed(name, viewer)).toBeUndefined()
    expect(await accessRevocations(test, name)).toEqual([
      { tenantId, minimumAccessVersion: expect.any(Number) },
    ])
  })

  it('does not give a new role of the same name to former holders', async () => {
    const { viewer, slug } = await tenantAdmin()
    const name = await define(viewer)
    const { userId } = await signUp(test.actor(), { tenant: slug })
    await give(userId, name)
    await calls.removeRole(viewer, { name, force: true })
    await calls.defineRole(viewer, { name })
    expect(await listed(name, viewer)).toMatchObject({ userCount: 0 })
  })
})

describe('accessRoles', () => {
  it('lists those of the installation and of the own tenant, with the holders in the own tenant', async () => {
    const [here, there] = [await tenantAdmin(), await tenantAdmin()]
    const shared = await define(admin, { scope: 'INSTALLATION' })
    const own = await define(here.viewer)
    const foreign = await define(there.viewer)
    for (const { slug } of [here, here, there]) {
      const { userId } = await signUp(test.actor(), { tenant: slug })
      await give(userId, shared)
    }
    expect(await listed(shared, here.viewer)).toMatchObject({ scope: 'INSTALLATION', userCount: 2 })
    expect(await listed(shared, there.viewer)).toMatchObject({ userCount: 1 })
    expect(await listed(own, here.viewer)).toMatchObject({ scope: 'TENANT', userCount: 0 })
    expect(await listed(foreign, here.viewer)).toBeUndefined()
    const names = (await calls.roles(here.viewer)).data.accessRoles.map(({ name }: { name: string }) => name)
    expect(names).toEqual([...names].sort())
  })

  it('counts only if asked to, and all roles in one statement', async () => {
    const counted: (readonly string[])[] = []
    const access: Pick<AccessStore, 'countHolders'> = {
      countHolders: async (ids) => {
        counted.push(ids)
        return new Map(ids.map((id) => [id, 7]))
      },
    }
    const roles = [await insertAccessRole(test.database), await insertAccessRole(test.database)]
    const counting = countedRoles(access, roles, defaultTenantId)
    expect(counted).toEqual([])
    expect(await Promise.all(counting.map((role) => role.countHolders()))).toEqual([7, 7])
    expect(counted).toEqual([roles.map(({ id }) => id)])
  })
})

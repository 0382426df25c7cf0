import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { permissions } from '../../src/domain/access/permissions.ts'
import {
  type AccessCalls,
  accessCalls,
  accessEvents,
  accessRevocations,
} from '../support/access-documents.ts'
import { insertAccessRole, roleName } from '../support/access-roles.ts'
import { Actor } from '../support/actor.ts'
import { makeKey } from '../support/api-keys.ts'
import { type SignedIn, signUpAs } from '../support/people.ts'
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

const freshName = () => `${roleName('posts')}:write`

async function declared(input: object = {}): Promise<string> {
  const name = freshName()
  expect(await calls.definePermission(admin, { name, ...input })).toMatchObject({
    __typename: 'DefinePermissionSuccess',
  })
  return name
}

const listed = async (name: string, viewer = admin) =>
  (await calls.permissions(viewer)).data.accessPermissions.find(
    (permission: { name: string }) => permission.name === name,
  )

const permissionsIn = async (id: string) =>
  (await test.database.client.accessRole.findUniqueOrThrow({ where: { id } })).permissions

describe('definePermission', () => {
  it('declares a permission that no tenant may grant, unless told', async () => {
    const name = freshName()
    const permission = { name, description: null, builtIn: false, tenantGrantable: false }
    expect(await calls.definePermission(admin, { name })).toEqual({
      __typename: 'DefinePermissionSuccess',
      permission,
    })
    expect(await listed(name)).toEqual(permission)
  })

  it('replaces a permission as a whole', async () => {
    const name = await declared({ description: 'Writes posts.', tenantGrantable: true })
    expect(await listed(name)).toMatchObject({ description: 'Writes posts.', tenantGrantable: true })
    await calls.definePermission(admin, { name })
    expect(await listed(name)).toMatchObject({ description: null, tenantGrantable: false })
  })

  it('takes a permission that tenants may no longer grant from their roles', async () => {
    const name = await declared({ tenantGrantable: true })
    const tenantId = await tenantIdOf(test.database, await insertTenant(test.database))
    const own = await insertAccessRole(test.database, { tenantId, permissions: [name, 'posts:read'] })
    const shared = await insertAccessRole(test.database, { permissions: [name] })
    const before = await accessRevocations(test, null)
    await calls.definePermission(admin, { name, tenantGrantable: false })
    expect(await permissionsIn(own.id)).toEqual(['posts:read'])
    expect(await permissionsIn(shared.id)).toEqual([name])
    const after = await accessRevocations(test, null)
    expect(after.length).toBe(before.length + 1)
    expect(after.at(-1)).toEqual({ tenantId: null, minimumAccessVersion: expect.any(Number) })
  })

  it('records each difference once, and nothing if there is none', async () => {
    const name = await declared({ tenantGrantable: true })
    await calls.definePermission(admin, { name, tenantGrantable: true })
    await calls.definePermission(admin, { name, tenantGrantable: false })
    expect(await accessEvents(test, name)).toMatchObject([
      {
        type: 'PERMISSIONS_CHANGED',
        actorId: admin.userId,
        details: { change: 'DEFINED', tenantGrantable: true },
      },
      { type: 'PERMISSIONS_CHANGED', details: { change: 'CHANGED', tenantGrantable: false } },
    ])
  })

  it.each(['users:export', 'gatehouse:admin', 'roles:write', 'organizations:read'])(
    'refuses the reserved name %s',
    async (name) => {
      expect(await calls.definePermission(admin, { name })).toMatchObject({
        __typename: 'AuthNameTakenProblem',
        code: 'NAME_TAKEN',
      })
      expect(permissions.some((builtIn) => builtIn === name) || (await listed(name)) === undefined).toBe(true)
    },
  )

  it.each([
    'posts',
    'posts:',
    ':write',
    'Posts:write',
    'posts:write:all',
    'posts write',
    '1:2',
    'p\u0000:x',
    `${'p'.repeat(60)}:read`,
  ])('refuses a name that is not well formed: %j', async (name) => {
    expect(await calls.definePermission(admin, { name })).toMatchObject({
      issues: [{ path: ['name'], code: 'INVALID_NAME' }],
    })
  })

  it('refuses a description that is too long or has control characters', async () => {
    for (const [description, code] of [
      ['x'.repeat(501), 'TOO_LONG'],
      ['a\nb', 'INVALID_CHARACTERS'],
    ])
      expect(await calls.definePermission(admin, { name: freshName(), description })).toMatchObject({
        issues: [{ path: ['description'], code }],
      })
  })
})

describe('removePermission', () => {
  it('removes a permission that nothing uses', async () => {
    const name = await declared()
    expect(await calls.removePermission(admin, { name })).toEqual({
      __typename: 'RemovePermissionSuccess',
      name,
    })
    expect(await listed(name)).toBeUndefined()
    expect(await calls.removePermission(admin, { name })).toMatchObject({ code: 'NOT_FOUND' })
    expect(await accessEvents(test, name)).toMatchObject([{}, { details: { change: 'REMOVED' } }])
  })

  it('refuses to remove one that is used, and says where', async () => {
    const name = await declared()
    const role = await insertAccessRole(test.database, { permissions: [name] })
    const { userId } = await signUpAs(test, 'USER')
    const tenantId = await tenantIdOf(test.database, 'default')
    await test.database.client.userAccessRole.create({ data: { userId, roleId: role.id, tenantId } })
    expect(await calls.removePermission(admin, { name })).toMatchObject({
      __typename: 'AuthInUseProblem',
      code: 'IN_USE',
      users: 1,
      roles: [role.name],
      apiKeys: 0,
    })
    expect(await listed(name)).toBeDefined()
    expect(await permissionsIn(role.id)).toEqual([name])
  })

  it('counts a live API key that names it as a use', async () => {
    const name = await declared()
    const { id } = await makeKey(test, admin.accessToken)
    await test.database.client.apiKey.update({ where: { id }, data: { permissions: [name] } })
    expect(await calls.removePermission(admin, { name })).toMatchObject({
      code: 'IN_USE',
      roles: [],
      apiKeys: 1,
    })
  })

  it('takes it from every role if forced, and refuses the tokens of holders', async () => {
    const name = await declared()
    const role = await insertAccessRole(test.database, { permissions: [name, 'posts:read'] })
    const before = (await accessRevocations(test, null)).length
    expect(await calls.removePermission(admin, { name, force: true })).toMatchObject({ name })
    expect(await permissionsIn(role.id)).toEqual(['posts:read'])
    expect(await accessRevocations(test, null)).toHaveLength(before + 1)
    expect((await accessEvents(test, name)).at(-1)).toMatchObject({
      details: { change: 'REMOVED', takenFrom: [role.name], users: 0, apiKeys: 0 },
    })
  })

  it('does not remove a built-in permission', async () => {
    expect(await calls.removePermission(admin, { name: 'users:read', force: true })).toMatchObject({
      code: 'NOT_FOUND',
    })
  })
})

describe('accessPermissions', () => {
  it('lists built-in ones first, then those of the application in alphabetical order', async () => {
    await declared()
    const { data } = await calls.permissions(admin)
    const names: string[] = data.accessPermissions.map(({ name }: { name: string }) => name)
    expect(names.slice(0, permissions.length)).toEqual(permissions)
    const own = names.slice(permissions.length)
    expect(own).toEqual([...own].sort())
    for (const permission of data.accessPermissions.slice(0, permissions.length))
      expect(permission).toEqual({
        name: expect.any(String),
        description: expect.stringMatching(/\.$/),
        builtIn: true,
        tenantGrantable: false,
      })
  })

  it('leaves out those that a tenant cannot have', async () => {
    const other = await signUpAs(test, 'ADMIN', await insertTenant(test.database))
    expect(await listed('keys:rotate', other)).toBeUndefined()
    expect(await listed('users:read', other)).toBeDefined()
    const name = await declared()
    expect(await listed(name, other)).toBeDefined()
  })

  it('is readable by moderators and by API keys with roles:read', async () => {
    expect(await listed('users:read', await signUpAs(test, 'MODERATOR'))).toBeDefined()
    const { secret } = await makeKey(test, admin.accessToken, { permissions: ['roles:read'] })
    const answer = await test
      .actor()
      .ask('{ accessPermissions { name } accessRoles { name } }', {}, Actor.bearer(secret))
    expect(answer.errors).toEqual([])
  })
})

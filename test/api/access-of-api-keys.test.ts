import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PrismaRevocationStore } from '../../src/adapters/prisma/stores/sessions/prisma-revocation-store.ts'
import { accessCalls } from '../support/access-documents.ts'
import { changeGrants, grantRole, insertAccessRole, roleName } from '../support/access-roles.ts'
import { Actor } from '../support/actor.ts'
import { askForKey, makeKey } from '../support/api-keys.ts'
import { eventually } from '../support/eventually.ts'
import { type SignedIn, signIn, signUpAs } from '../support/people.ts'
import { raiseVersion } from '../support/rows.ts'
import { postForm } from '../support/services.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const verifyDocument = `query ($input: VerifyTokenInput!) {
  verifyToken(input: $input) { active reason role roles permissions missingPermissions }
}`

let test: TestApp
let service: string
let admin: SignedIn
beforeAll(async () => {
  test = await createTestApp()
  const other = await signUpAs(test, 'ADMIN')
  service = (await makeKey(test, other.accessToken)).secret
})
afterAll(() => test.close())

/** An administrator with a role, signed in after they got it. */
async function signUpEditor(permissions: readonly string[]) {
  const { userId, email } = await signUpAs(test, 'ADMIN')
  const role = await insertAccessRole(test.database, { permissions })
  await grantRole(test.database, role.id, [userId])
  admin = await signIn(test.actor(), email)
  return role
}

const verify = async (token: string, requiredPermissions: readonly string[] = []) => {
  const input = { token, requiredPermissions }
  const answer = await test.actor().ask(verifyDocument, { input }, Actor.bearer(service))
  expect(answer.errors).toEqual([])
  return answer.data.verifyToken
}

describe('permissions of the application', () => {
  it('are part of what verifyToken and introspection report about an access token', async () => {
    const role = await signUpEditor(['posts:write'])
    const verified = await verify(admin.accessToken, ['posts:write', 'users:read', 'posts:delete'])
    expect(verified).toMatchObject({
      active: false,
      reason: 'MISSING_PERMISSIONS',
      roles: [role.name],
      missingPermissions: ['posts:delete'],
    })
    expect(verified.permissions).toEqual(expect.arrayContaining(['posts:write', 'users:read']))
    const response = await postForm(
      test,
      '/oauth2/introspect',
      { token: admin.accessToken },
      Actor.bearer(service),
    )
    const body = await response.json()
    expect(body.roles).toEqual([role.name])
    expect(body.scope.split(' ')).toEqual(verified.permissions)
  })

  it('can be given to an API key by those who have them', async () => {
    await signUpEditor(['posts:write'])
    const { secret } = await makeKey(test, admin.accessToken, { permissions: ['posts:write', 'users:read'] })
    expect(await verify(secret)).toMatchObject({
      active: true,
      role: null,
      roles: [],
      permissions: ['users:read', 'posts:write'],
    })
    const refused = await askForKey(test, admin.accessToken, {
      permissions: ['posts:delete', 'Posts:write', 'users:fly'],
    })
    expect(refused.issues.map(({ code }: { code: string }) => code)).toEqual([
      'NOT_PERMITTED',
      'UNKNOWN_PERMISSION',
      'UNKNOWN_PERMISSION',
    ])
  })

  it('leave an API key when a role of its owner changes, and come back with it', async () => {
    const role = await signUpEditor(['posts:write'])
    const { secret } = await makeKey(test, admin.accessToken, { permissions: ['posts:write'] })
    const change = async (permissions: readonly string[]) => {
      const expiresAt = new Date(test.clock.now().getTime() + 3_600_000)
      const revocation = await changeGrants(test.database, role, permissions, expiresAt)
      await new PrismaRevocationStore(test.database.client).insert(revocation)
    }
    expect((await verify(secret)).permissions).toEqual(['posts:write'])
    await change(['posts:read'])
    await eventually(async () => expect((await verify(secret)).permissions).toEqual([]))
    await change(['posts:write'])
    await eventually(async () => expect((await verify(secret)).permissions).toEqual(['posts:write']))
  })

  it('leave an API key for good when they are removed', async () => {
    const calls = accessCalls(test)
    const declarer = await signUpAs(test, 'ADMIN')
    const [name, kept] = [`${roleName('posts')}:write`, `${roleName('posts')}:read`]
    for (const permission of [name, kept]) await calls.definePermission(declarer, { name: permission })
    const role = await signUpEditor([name, kept])
    const { secret } = await makeKey(test, admin.accessToken, { permissions: [name, kept] })
    expect((await verify(secret)).permissions).toEqual([kept, name].sort())
    const removed = await calls.removePermission(declarer, { name, force: true })
    expect(removed).toMatchObject({ __typename: 'RemovePermissionSuccess' })
    await calls.definePermission(declarer, { name })
    const input = { name: role.name, scope: 'INSTALLATION', permissions: [name, kept] }
    expect(await calls.defineRole(declarer, input)).toMatchObject({ __typename: 'DefineRoleSuccess' })
    await eventually(async () => expect((await verify(secret)).permissions).toEqual([kept]))
    const renewed = await signIn(test.actor(), admin.email)
    expect((await verify(renewed.accessToken, [name])).active).toBe(true)
  })

  it('leave an API key when its owner loses the role', async () => {
    await signUpEditor(['posts:write'])
    const { secret } = await makeKey(test, admin.accessToken, { permissions: ['posts:write', 'users:read'] })
    expect((await verify(secret)).permissions).toEqual(['users:read', 'posts:write'])
    await test.database.client.userAccessRole.deleteMany({ where: { userId: admin.userId } })
    await raiseVersion(test.database, admin.userId, {})
    await eventually(async () => expect((await verify(secret)).permissions).toEqual(['users:read']))
  })
})

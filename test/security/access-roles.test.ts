import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTransaction } from '../../src/adapters/prisma/stores/prisma-stores.ts'
import {
  type AccessCalls,
  accessCalls,
  definePermissionDocument,
  defineRoleDocument,
  removePermissionDocument,
  removeRoleDocument,
} from '../support/access-documents.ts'
import { insertAccessRole, roleName } from '../support/access-roles.ts'
import { Actor } from '../support/actor.ts'
import { outcomeOf } from '../support/answers.ts'
import { makeKey } from '../support/api-keys.ts'
import { eventually } from '../support/eventually.ts'
import { scopeOf } from '../support/matrix-viewers.ts'
import { askRefresh, type SignedIn, signIn, signUp, signUpAs, whoIs } from '../support/people.ts'
import { changeRole, insertTenant, tenantIdOf } from '../support/rows.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const rounds = 10
let test: TestApp
let calls: AccessCalls
let admin: SignedIn
let tenantAdmin: SignedIn
let slug: string
let tenantId: string
beforeAll(async () => {
  test = await createTestApp()
  calls = accessCalls(test)
  admin = await signUpAs(test, 'ADMIN')
  slug = await insertTenant(test.database)
  tenantAdmin = await signUpAs(test, 'ADMIN', slug)
  tenantId = await tenantIdOf(test.database, slug)
})
afterAll(() => test.close())

async function declare(tenantGrantable: boolean): Promise<string> {
  const name = `${roleName('posts')}:write`
  expect(await calls.definePermission(admin, { name, tenantGrantable })).toMatchObject({
    permission: { name },
  })
  return name
}

const rolesNamed = (name: string) => test.database.client.accessRole.findMany({ where: { name } })
const forbidden = { code: 'FORBIDDEN' }

describe('an administrator of a tenant', () => {
  it('cannot mint, change or remove a permission', async () => {
    const name = await declare(false)
    expect(await calls.definePermission(tenantAdmin, { name: `${roleName()}:write` })).toMatchObject(
      forbidden,
    )
    expect(await calls.definePermission(tenantAdmin, { name, tenantGrantable: true })).toMatchObject(
      forbidden,
    )
    expect(await calls.removePermission(tenantAdmin, { name, force: true })).toMatchObject(forbidden)
    const kept = await test.database.client.accessPermission.findUniqueOrThrow({ where: { name } })
    expect(kept.tenantGrantable).toBe(false)
  })

  it('cannot obtain a permission of the installation by a role', async () => {
    const closed = await declare(false)
    const name = roleName()
    const refusals = [
      await calls.defineRole(tenantAdmin, { name, permissions: [closed] }),
      await calls.defineRole(tenantAdmin, { name, permissions: ['users:write'] }),
      await calls.defineRole(tenantAdmin, { name, permissions: ['keys:rotate'] }),
      await calls.defineRole(tenantAdmin, { name, permissions: [` ${closed}`] }),
    ]
    expect(refusals.map(({ issues }) => issues[0].code)).toEqual([
      'NOT_GRANTABLE',
      'BUILT_IN_PERMISSION',
      'BUILT_IN_PERMISSION',
      'UNKNOWN_PERMISSION',
    ])
    expect(
      await calls.defineRole(tenantAdmin, { name, permissions: [closed], scope: 'INSTALLATION' }),
    ).toMatchObject(forbidden)
    expect(await rolesNamed(name)).toEqual([])
  })

  it('cannot change, remove or shadow a role of the installation', async () => {
    const role = await insertAccessRole(test.database, { permissions: [] })
    const open = await declare(true)
    const input = { name: role.name, permissions: [open] }
    expect(await calls.defineRole(tenantAdmin, { ...input, scope: 'INSTALLATION' })).toMatchObject(forbidden)
    expect(await calls.defineRole(tenantAdmin, input)).toMatchObject({ code: 'NAME_TAKEN' })
    expect(await calls.removeRole(tenantAdmin, { name: role.name, force: true })).toMatchObject(forbidden)
    expect(await rolesNamed(role.name)).toMatchObject([{ id: role.id, permissions: [] }])
  })

  it('cannot see, change or remove a role of another tenant', async () => {
    const own = await insertAccessRole(test.database, { tenantId, permissions: [] })
    const other = await signUpAs(test, 'ADMIN', await insertTenant(test.database))
    expect(await calls.removeRole(other, { name: own.name, force: true })).toMatchObject({
      code: 'NOT_FOUND',
    })
    expect(await calls.defineRole(other, { name: own.name, description: 'Theirs.' })).toMatchObject({
      role: { description: 'Theirs.' },
    })
    expect(await rolesNamed(own.name)).toHaveLength(2)
    const kept = await test.database.client.accessRole.findUniqueOrThrow({ where: { id: own.id } })
    expect(kept.description).toBeNull()
  })

  it(`does not keep a permission that is closed while a role with it is defined (${rounds} rounds)`, async () => {
    const name = roleName()
    for (let round = 0; round < rounds; round++) {
      const permission = await declare(true)
      await Promise.all([
        calls.defineRole(tenantAdmin, { name, permissions: [permission] }),
        calls.definePermission(admin, { name: permission, tenantGrantable: false }),
      ])
      const [role] = await rolesNamed(name)
      expect(role?.permissions ?? []).not.toContain(permission)
    }
  })

  it(`and one of the installation do not get the same name at once (${rounds} rounds)`, async () => {
    for (let round = 0; round < rounds; round++) {
      const name = roleName()
      const results = await Promise.all([
        calls.defineRole(tenantAdmin, { name }),
        calls.defineRole(admin, { name, scope: 'INSTALLATION' }),
      ])
      const types = results.map(({ __typename }) => __typename).sort()
      expect(types).toEqual(['AuthNameTakenProblem', 'DefineRoleSuccess'])
      expect(await rolesNamed(name)).toHaveLength(1)
    }
  })
})

const mutations = [
  { name: 'definePermission', document: definePermissionDocument, input: { name: 'posts:mint' } },
  {
    name: 'removePermission',
    document: removePermissionDocument,
    input: { name: 'posts:mint', force: true },
  },
  { name: 'defineRole', document: defineRoleDocument, input: { name: 'minted' } },
  { name: 'removeRole', document: removeRoleDocument, input: { name: 'minted', force: true } },
]

describe.each(mutations)('$name', ({ document, input }) => {
  const outcome = async (token: string) =>
    outcomeOf(await test.actor().ask(document, { input }, Actor.bearer(token)))

  it('is refused to users, moderators and API keys', async () => {
    const { secret } = await makeKey(test, admin.accessToken, { permissions: ['roles:write', 'roles:read'] })
    const tokens = [
      (await signUp(test.actor())).accessToken,
      (await signUpAs(test, 'MODERATOR')).accessToken,
      secret,
    ]
    for (const token of tokens) expect(await outcome(token)).toBe('FORBIDDEN')
  })

  it('is refused to a former administrator whose token no process has refused yet', async () => {
    const former = await signUpAs(test, 'ADMIN')
    await changeRole(test, former.userId, 'USER')
    expect(await outcome(former.accessToken)).toBe('UNAUTHENTICATED')
  })
})

describe('simultaneous changes', () => {
  it(`of one role all count (${rounds} administrators)`, async () => {
    const role = await insertAccessRole(test.database, { permissions: [] })
    const names = await Promise.all(Array.from({ length: rounds }, () => declare(true)))
    const input = { name: role.name, scope: 'INSTALLATION' }
    const results = await Promise.all(
      names.map((name) => calls.defineRole(admin, { ...input, permissions: [name] })),
    )
    expect(results.every(({ __typename }) => __typename === 'DefineRoleSuccess')).toBe(true)
    const revocations = await test.database.client.revocation.findMany({
      where: { kind: 'ACCESS', role: role.name },
    })
    const versions = revocations.map(({ minimumAccessVersion }) => minimumAccessVersion)
    expect(new Set(versions).size).toBe(rounds)
  })

  it(`do not remove a role without force while a user gets it (${rounds} rounds)`, async () => {
    const transaction = createTransaction(test.database.client, () => {})
    const { userId } = await signUp(test.actor())
    for (let round = 0; round < rounds; round++) {
      const role = await insertAccessRole(test.database, { permissions: [] })
      const [removed, unknown] = await Promise.all([
        calls.removeRole(admin, { name: role.name }),
        transaction(({ userAccess }) => userAccess.replace(userId, [role.name])),
      ])
      const isRemoved = removed.__typename === 'RemoveRoleSuccess'
      expect(unknown).toEqual(isRemoved ? [role.name] : [])
      if (!isRemoved) expect(removed).toMatchObject({ code: 'IN_USE', users: 1 })
    }
  })
})

describe('a change of what a role grants', () => {
  /** A holder of a new role with that permission. */
  async function holderOf(permission: string) {
    const name = roleName()
    await calls.defineRole(tenantAdmin, { name, permissions: [permission] })
    const [role] = await rolesNamed(name)
    const { email, userId } = await signUp(test.actor(), { tenant: slug })
    if (role === undefined) throw new Error('The role is missing.')
    await test.database.client.userAccessRole.create({ data: { userId, roleId: role.id, tenantId } })
    return { name, ...(await signIn(test.actor(), email, { tenant: slug })) }
  }

  const renewed = async ({ refreshToken }: SignedIn) =>
    scopeOf((await askRefresh(test.actor(), refreshToken)).tokens.accessToken)

  it('refuses tokens of holders alone, whose next refresh has what it grants', async () => {
    const [before, after] = [await declare(true), await declare(true)]
    const holder = await holderOf(before)
    const other = await holderOf(before)
    expect(scopeOf(holder.accessToken)).toEqual([before])
    await calls.defineRole(tenantAdmin, { name: holder.name, permissions: [after] })
    await eventually(async () => expect(await whoIs(test.actor(), holder.accessToken)).toBe('TOKEN_REVOKED'))
    expect(await whoIs(test.actor(), other.accessToken)).toBe(other.userId)
    expect(await renewed(holder)).toEqual([after])
  })

  it('refuses tokens of holders if the role is removed', async () => {
    const holder = await holderOf(await declare(true))
    await calls.removeRole(tenantAdmin, { name: holder.name, force: true })
    await eventually(async () => expect(await whoIs(test.actor(), holder.accessToken)).toBe('TOKEN_REVOKED'))
    expect(await renewed(holder)).toEqual([])
  })

  it('refuses tokens of all holders if a permission is removed, or taken from tenants', async () => {
    const [removed, closed] = [await declare(true), await declare(true)]
    const holders = [await holderOf(removed), await holderOf(closed)]
    await calls.removePermission(admin, { name: removed, force: true })
    await calls.definePermission(admin, { name: closed, tenantGrantable: false })
    for (const holder of holders) {
      await eventually(async () =>
        expect(await whoIs(test.actor(), holder.accessToken)).toBe('TOKEN_REVOKED'),
      )
      expect(await renewed(holder)).toEqual([])
    }
    expect(await whoIs(test.actor(), admin.accessToken)).toBe(admin.userId)
  })
})

describe('limits', () => {
  it('refuse further changes, and say how long', async () => {
    const limited = await createTestApp({ env: { RATE_LIMITS: 'on' } })
    const viewer = await signUpAs(limited, 'ADMIN')
    const { removeRole } = accessCalls(limited)
    const codes = new Set<string>()
    for (let call = 0; call < 150 && !codes.has('RATE_LIMITED'); call++)
      codes.add((await removeRole(viewer, { name: 'missing' })).code)
    expect(codes).toContain('RATE_LIMITED')
    await limited.close()
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertAccessRole, roleName } from '../support/access-roles.ts'
import { setUserMetadataDocument, setUserRolesDocument, userDocument } from '../support/operations.ts'
import { askAs, askRefresh, type SignedIn, signUp, signUpAs, whoIs } from '../support/people.ts'
import { untilPolled } from '../support/revocation-polls.ts'
import { auditOf, insertTenant, tenantIdOf } from '../support/rows.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
let admin: SignedIn
beforeAll(async () => {
  test = await createTestApp()
  admin = await signUpAs(test, 'ADMIN')
})
afterAll(() => test.close())

type Input = Readonly<Record<string, unknown>>

const setRoles = (input: Input, viewer: Pick<SignedIn, 'accessToken'> = admin) =>
  askAs(test, viewer, setUserRolesDocument, { input })
const setMetadata = (input: Input, viewer: Pick<SignedIn, 'accessToken'> = admin) =>
  askAs(test, viewer, setUserMetadataDocument, { input })
const show = (id: string, viewer: Pick<SignedIn, 'accessToken'> = admin) =>
  askAs(test, viewer, userDocument, { id })
const showMe = (viewer: Pick<SignedIn, 'accessToken'>) =>
  askAs(test, viewer, '{ me { id roles permissions metadata } }', {})

async function auditsOf(userId: string, type: string) {
  return (await auditOf(test.database, userId)).filter((event) => event.type === type)
}

describe('setUserRoles', () => {
  it('replaces the roles, shows what they grant, and refuses the tokens of before', async () => {
    const { userId, accessToken, refreshToken } = await signUp(test.actor())
    const [writer, reader] = [
      await insertAccessRole(test.database, { permissions: ['posts:read', 'posts:write'] }),
      await insertAccessRole(test.database, { permissions: ['posts:read'] }),
    ]
    const roles = [writer.name, reader.name, writer.name]
    const changed = await setRoles({ userId, roles, reason: 'joins the editors' })
    const held = [reader.name, writer.name].sort()
    expect(changed.user).toMatchObject({
      id: userId,
      roles: held,
      permissions: ['posts:read', 'posts:write'],
    })
    expect(await whoIs(test.actor(), accessToken)).toBe('TOKEN_REVOKED')
    const { tokens } = await askRefresh(test.actor(), refreshToken)
    expect(await showMe(tokens)).toMatchObject({ roles: held, permissions: ['posts:read', 'posts:write'] })
    expect(await auditsOf(userId, 'USER_ROLES_CHANGED')).toMatchObject([
      { actorId: admin.userId, reason: 'joins the editors', details: { from: [], to: held } },
    ])
    const taken = await setRoles({ userId, roles: [] })
    expect(taken.user).toMatchObject({ roles: [], permissions: [] })
    expect(await whoIs(test.actor(), tokens.accessToken)).toBe('TOKEN_REVOKED')
    expect((await auditsOf(userId, 'USER_ROLES_CHANGED')).at(-1)?.details).toEqual({ from: held, to: [] })
  })

  it('does nothing if the user has exactly these roles', async () => {
    const { userId, accessToken } = await signUp(test.actor())
    expect((await setRoles({ userId, roles: [] })).user).toMatchObject({ roles: [] })
    expect(await whoIs(test.actor(), accessToken)).toBe(userId)
    expect(await auditsOf(userId, 'USER_ROLES_CHANGED')).toEqual([])
  })

  it('adds what roles grant to the permissions of the built-in role', async () => {
    const moderator = await signUpAs(test, 'MODERATOR')
    const role = await insertAccessRole(test.database, { permissions: ['posts:approve'] })
    const { user } = await setRoles({ userId: moderator.userId, roles: [role.name] })
    expect(user.permissions).toEqual(expect.arrayContaining(['users:read', 'posts:approve']))
    expect(user.permissions.at(-1)).toBe('posts:approve')
  })

  it('refuses names that the tenant of the user does not have, and changes nothing', async () => {
    const { userId } = await signUp(test.actor())
    const foreign = await insertAccessRole(test.database, {
      tenantId: await tenantIdOf(test.database, await insertTenant(test.database)),
    })
    const known = await insertAccessRole(test.database)
    const roles = [known.name, roleName(), foreign.name, '', 'ADMIN', 'a\u0000b', '\ud800']
    const refused = await setRoles({ userId, roles })
    expect(refused.issues).toMatchObject(
      ['3', '4', '5', '6'].map((index) => ({ path: ['roles', index], code: 'UNKNOWN_ROLE' })),
    )
    expect((await setRoles({ userId, roles: roles.slice(0, 3) })).issues).toMatchObject(
      ['1', '2'].map((index) => ({ path: ['roles', index], code: 'UNKNOWN_ROLE' })),
    )
    expect(await show(userId)).toMatchObject({ roles: [] })
    expect(await auditsOf(userId, 'USER_ROLES_CHANGED')).toEqual([])
  })

  it('gives at most 20 roles', async () => {
    const { userId } = await signUp(test.actor())
    const roles: string[] = []
    for (let count = 0; count < 21; count += 1) roles.push((await insertAccessRole(test.database)).name)
    expect(await setRoles({ userId, roles })).toMatchObject({
      issues: [{ path: ['roles'], code: 'TOO_MANY' }],
    })
    const twice = [...roles.slice(1), ...roles.slice(1)]
    expect((await setRoles({ userId, roles: twice })).user.roles).toHaveLength(20)
  })

  it('refuses what an access token has no room for, with the excess, and changes nothing', async () => {
    const { userId } = await signUp(test.actor())
    const many = Array.from({ length: 25 }, (_, index) => `p${index}${'x'.repeat(50)}:read`)
    const [one, two] = [
      await insertAccessRole(test.database, { permissions: many }),
      await insertAccessRole(test.database, { permissions: many.map((name) => `q${name}`) }),
    ]
    expect((await setRoles({ userId, roles: [one.name] })).user.roles).toEqual([one.name])
    const refused = await setRoles({ userId, roles: [one.name, two.name] })
    expect(refused.issues).toMatchObject([
      { path: ['roles'], code: 'TOO_LONG', message: expect.stringMatching(/ \d+ bytes too many/) },
    ])
    expect(await show(userId)).toMatchObject({ roles: [one.name] })
  })

  it('lets administrators of a tenant assign roles of the installation and of the tenant, to their users', async () => {
    const slug = await insertTenant(test.database)
    const local = await signUpAs(test, 'ADMIN', slug)
    const { userId } = await signUp(test.actor(), { tenant: slug })
    const installation = await insertAccessRole(test.database)
    const ofTenant = await insertAccessRole(test.database, {
      tenantId: await tenantIdOf(test.database, slug),
    })
    const roles = [installation.name, ofTenant.name].sort()
    expect((await setRoles({ userId, roles }, local)).user).toMatchObject({ roles })
    expect(await setRoles({ userId, roles: [] }, admin)).toMatchObject({ code: 'NOT_FOUND' })
    const stranger = await signUp(test.actor())
    expect(await setRoles({ userId: stranger.userId, roles }, local)).toMatchObject({ code: 'NOT_FOUND' })
    expect(await show(userId, local)).toMatchObject({ roles })
  })

  it('of two administrators at the same time leave the roles of one, with one event for each change', async () => {
    const other = await signUpAs(test, 'ADMIN')
    const { userId } = await signUp(test.actor())
    const [one, two] = [await insertAccessRole(test.database), await insertAccessRole(test.database)]
    for (let round = 0; round < 3; round += 1) {
      const answers = await Promise.all([
        setRoles({ userId, roles: [one.name] }),
        setRoles({ userId, roles: [two.name] }, other),
      ])
      for (const answer of answers) expect(answer.__typename).toBe('UserChangeSuccess')
    }
    const { roles } = await show(userId)
    expect([[one.name], [two.name]]).toContainEqual(roles)
    const events = await auditsOf(userId, 'USER_ROLES_CHANGED')
    expect(events.at(-1)?.details.to).toEqual(roles)
    for (const [index, { details }] of events.entries())
      expect(details.from).toEqual(index === 0 ? [] : events[index - 1]?.details.to)
  })

  it('of two administrators on each other at the same time: the second one acts no more', async () => {
    const [first, second] = [await signUpAs(test, 'ADMIN'), await signUpAs(test, 'ADMIN')]
    const role = await insertAccessRole(test.database)
    const answers = await Promise.all([
      setRoles({ userId: second.userId, roles: [role.name] }, first),
      setRoles({ userId: first.userId, roles: [role.name] }, second),
    ])
    const outcomes = answers.map(({ __typename, code }) => __typename ?? code)
    expect(outcomes.toSorted()).toEqual(['UNAUTHENTICATED', 'UserChangeSuccess'])
  })
})

describe('setUserMetadata', () => {
  it('replaces the metadata, which the user reads, and names the changed keys in the audit log', async () => {
    const user = await signUp(test.actor())
    const { userId } = user
    const metadata = { plan: 'pro', seats: 3, tags: ['a', { b: null }] }
    expect((await setMetadata({ userId, metadata })).user).toMatchObject({ id: userId, metadata })
    expect(await showMe(user)).toMatchObject({ metadata })
    expect((await setMetadata({ userId, metadata: { plan: 'free', seats: 3 } })).user.metadata).toEqual({
      plan: 'free',
      seats: 3,
    })
    expect(await showMe(user)).toMatchObject({ metadata: { plan: 'free', seats: 3 } })
    expect(await auditsOf(userId, 'USER_METADATA_CHANGED')).toMatchObject([
      { actorId: admin.userId, details: { keys: ['plan', 'seats', 'tags'], changedKeys: 3 } },
      { actorId: admin.userId, details: { keys: ['plan', 'tags'], changedKeys: 2 } },
    ])
  })

  it('does nothing if no value differs', async () => {
    const { userId } = await signUp(test.actor())
    await setMetadata({ userId, metadata: { a: { b: [1, 2] } } })
    await setMetadata({ userId, metadata: { a: { b: [1, 2] } } })
    expect(await auditsOf(userId, 'USER_METADATA_CHANGED')).toHaveLength(1)
  })

  it('takes at most 8 kB, eight levels, and text that can be stored', async () => {
    const { userId } = await signUp(test.actor())
    const fits = { text: 'x'.repeat(8192 - '{"text":""}'.length) }
    expect((await setMetadata({ userId, metadata: fits })).user.metadata).toEqual(fits)
    const tooLong = { text: `${fits.text}x` }
    expect(await setMetadata({ userId, metadata: tooLong })).toMatchObject({
      issues: [{ path: ['metadata'], code: 'TOO_LONG' }],
    })
    for (const metadata of [{ text: 'a\u0000' }, { 'a\u0000': 1 }, { list: ['\ud800'] }])
      expect(await setMetadata({ userId, metadata })).toMatchObject({
        issues: [{ path: ['metadata'], code: 'INVALID_CHARACTERS' }],
      })
    const nested = (levels: number): Input => (levels === 1 ? {} : { in: nested(levels - 1) })
    expect((await setMetadata({ userId, metadata: nested(8) })).user.metadata).toEqual(nested(8))
    for (const metadata of [nested(9), [], 'text', null, JSON.parse('{"__proto__":{"admin":true}}')])
      expect(await setMetadata({ userId, metadata })).toMatchObject({ code: 'BAD_USER_INPUT' })
    expect(await show(userId)).toMatchObject({ metadata: nested(8) })
  })

  it('does not end sessions or tokens', async () => {
    const { userId, accessToken } = await signUp(test.actor())
    await setMetadata({ userId, metadata: { plan: 'pro' } })
    await untilPolled(test)
    expect(await whoIs(test.actor(), accessToken)).toBe(userId)
  })
})

describe('roles and metadata', () => {
  it('are hidden from other users and shown to those who may read users', async () => {
    const { userId } = await signUp(test.actor())
    const role = await insertAccessRole(test.database)
    await setRoles({ userId, roles: [role.name] })
    await setMetadata({ userId, metadata: { plan: 'pro' } })
    const document = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on User { id roles permissions metadata } } }`
    const variables = { of: [{ __typename: 'User', id: userId }] }
    const stranger = await signUp(test.actor())
    expect(await askAs(test, stranger, document, variables)).toEqual([
      { id: userId, roles: null, permissions: null, metadata: null },
    ])
    const moderator = await signUpAs(test, 'MODERATOR')
    expect(await askAs(test, moderator, document, variables)).toEqual([
      { id: userId, roles: [role.name], permissions: role.permissions, metadata: { plan: 'pro' } },
    ])
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { changeGrants, grantRole, insertAccessRole } from '../support/access-roles.ts'
import { Actor } from '../support/actor.ts'
import { changePasswordDocument, reauthenticateDocument } from '../support/operations.ts'
import { askRefresh, signIn, signUp } from '../support/people.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())

/** A user with two roles, one permission of which both grant. */
async function signUpWithRoles() {
  const person = await signUp(test.actor())
  const editor = await insertAccessRole(test.database, { permissions: ['posts:read', 'posts:write'] })
  const reader = await insertAccessRole(test.database, { permissions: ['posts:read'] })
  for (const { id } of [editor, reader]) await grantRole(test.database, id, [person.userId])
  return { ...person, editor, names: [editor.name, reader.name].toSorted() }
}

describe('access tokens', () => {
  it('of users without roles have no claims about them', async () => {
    const claims = claimsOf((await signUp(test.actor())).accessToken)
    expect(claims.scope).toBe('')
    expect(Object.keys(claims)).not.toContain('roles')
    expect(Object.keys(claims)).not.toContain('acv')
  })

  it('name the roles and what they grant after every way to a token', async () => {
    const { actor, email, refreshToken, names } = await signUpWithRoles()
    const expected = { scope: 'posts:read posts:write', roles: names }
    const refreshed = (await askRefresh(actor, refreshToken)).tokens
    expect(claimsOf(refreshed.accessToken)).toMatchObject(expected)
    // The repeat of a refresh whose answer was lost.
    expect(claimsOf((await askRefresh(actor, refreshToken)).tokens.accessToken)).toMatchObject(expected)
    const input = { password: goodPassword }
    const again = await actor.ask(reauthenticateDocument, { input }, Actor.bearer(refreshed.accessToken))
    const { accessToken } = again.data.reauthenticate.tokens
    expect(claimsOf(accessToken)).toMatchObject(expected)
    const change = { currentPassword: goodPassword, newPassword: goodPassword.replace('battery', 'staple!') }
    const changed = await actor.ask(changePasswordDocument, { input: change }, Actor.bearer(accessToken))
    expect(claimsOf(changed.data.changePassword.tokens.accessToken)).toMatchObject(expected)
    const { userId, ...other } = await signUpWithRoles()
    const login = await signIn(test.actor(), other.email)
    expect(claimsOf(login.accessToken)).toMatchObject({ ...expected, roles: other.names })
    expect(email).not.toBe(other.email)
    expect(claimsOf(login.accessToken).sub).toBe(userId)
  })

  it('carry the version of the roles that they name', async () => {
    const { email, editor } = await signUpWithRoles()
    const before = claimsOf((await signIn(test.actor(), email)).accessToken)
    const expiresAt = new Date(test.clock.now().getTime() + 3_600_000)
    const change = await changeGrants(test.database, editor, ['posts:delete'], expiresAt)
    const after = claimsOf((await signIn(test.actor(), email)).accessToken)
    expect(after).toMatchObject({ scope: 'posts:delete posts:read', acv: before.acv + 1 })
    expect(change).toMatchObject({ minimumAccessVersion: after.acv })
  })

  it('never contain a role of another tenant', async () => {
    const { email, userId } = await signUp(test.actor())
    const tenant = await test.database.client.tenant.create({
      data: { id: crypto.randomUUID(), slug: `other-${userId.slice(0, 8)}`, name: 'Other' },
    })
    const foreign = await insertAccessRole(test.database, {
      permissions: ['posts:write'],
      tenantId: tenant.id,
    })
    await grantRole(test.database, foreign.id, [userId])
    expect(claimsOf((await signIn(test.actor(), email)).accessToken)).toMatchObject({ scope: '' })
  })
})

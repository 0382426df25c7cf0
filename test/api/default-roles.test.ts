import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { accessCalls } from '../support/access-documents.ts'
import { tokenFor } from '../support/mails.ts'
import { registerDocument, setUserRolesDocument, verifyEmailDocument } from '../support/operations.ts'
import { askAs, askRefresh, type SignedIn, signIn, signUp, signUpAs } from '../support/people.ts'
import { insertTenant } from '../support/rows.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
let admin: SignedIn
beforeAll(async () => {
  test = await createTestApp()
  admin = await signUpAs(test, 'ADMIN')
})
afterAll(() => test.close())

const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
const meDocument = '{ me { roles permissions } }'
const permissionName = () => `posts-${randomUUID().slice(0, 8)}:write`
const roleName = () => `role-${randomUUID().slice(0, 8)}`

async function declare(calls = accessCalls(test), viewer = admin) {
  const permission = permissionName()
  const defined = await calls.definePermission(viewer, { name: permission, tenantGrantable: true })
  expect(defined.__typename).toBe('DefinePermissionSuccess')
  return permission
}

it('the first token of a new account carries the default roles of the installation and of its tenant', async () => {
  const calls = accessCalls(test)
  const slug = await insertTenant(test.database)
  const local = await signUpAs(test, 'ADMIN', slug)
  const [permission, own] = [await declare(), await declare()]
  const [installation, ofTenant] = [roleName(), roleName()]
  const everywhere = { name: installation, permissions: [permission], scope: 'INSTALLATION' }
  expect(await calls.defineRole(admin, { ...everywhere, isDefault: true })).toHaveProperty('role')
  expect(
    await calls.defineRole(local, { name: ofTenant, permissions: [own], isDefault: true }),
  ).toHaveProperty('role')
  const [here, there] = [await signUp(test.actor()), await signUp(test.actor(), { tenant: slug })]
  expect(claimsOf(here.accessToken)).toMatchObject({ roles: [installation], scope: permission })
  const answer = await test.actor().ask(registerDocument, {
    input: { email: freshEmail(), password: goodPassword, tenant: slug },
  })
  expect(answer.data.register.user).toMatchObject({
    roles: [installation, ofTenant].sort(),
    permissions: [permission, own].sort(),
  })
  const claims = claimsOf(there.accessToken)
  expect(claims.roles).toEqual([installation, ofTenant].sort())
  expect(claims.scope.split(' ')).toEqual([permission, own].sort())
  expect(await askAs(test, there, meDocument, {})).toEqual({
    roles: [installation, ofTenant].sort(),
    permissions: [permission, own].sort(),
  })
  await calls.defineRole(admin, { ...everywhere, isDefault: false })
  const later = await signUp(test.actor())
  expect(claimsOf(later.accessToken).roles).toBeUndefined()
  expect(claimsOf((await askRefresh(here.actor, here.refreshToken)).tokens.accessToken).roles).toEqual([
    installation,
  ])
})

it('an account that waits for its address gets the default roles of the time at which it is made', async () => {
  const strict = await createTestApp({ env: { EMAIL_VERIFICATION: 'required' } })
  try {
    const calls = accessCalls(strict)
    const email = freshEmail()
    await strict.actor().ask(registerDocument, { input: { email, password: goodPassword } })
    const name = roleName()
    const chief = await verified(strict, freshEmail())
    await strict.database.client.user.update({ where: { id: chief.userId }, data: { role: 'ADMIN' } })
    const viewer = await signIn(strict.actor(), chief.email)
    const permission = await declare(calls, viewer)
    const role = { name, permissions: [permission], scope: 'INSTALLATION', isDefault: true }
    expect(await calls.defineRole(viewer, role)).toHaveProperty('role')
    const token = await tokenFor(strict, email, 'verify-email')
    await strict.actor().ask(verifyEmailDocument, { input: { token } })
    const { accessToken } = await signIn(strict.actor(), email)
    expect(claimsOf(accessToken)).toMatchObject({ roles: [name], scope: permission })
  } finally {
    await strict.close()
  }
})

it('a role that is removed disappears from users, and its name can be given to no one', async () => {
  const calls = accessCalls(test)
  const permission = await declare()
  const name = roleName()
  await calls.defineRole(admin, { name, permissions: [permission] })
  const { userId } = await signUp(test.actor())
  const give = (roles: readonly string[]) =>
    askAs(test, admin, setUserRolesDocument, { input: { userId, roles } })
  expect((await give([name])).user).toMatchObject({ roles: [name], permissions: [permission] })
  expect(await calls.removeRole(admin, { name, force: true })).toMatchObject({ name })
  expect((await give([])).user).toMatchObject({ roles: [], permissions: [] })
  expect(await give([name])).toMatchObject({ issues: [{ path: ['roles', '0'], code: 'UNKNOWN_ROLE' }] })
})

async function verified(app: TestApp, email: string) {
  await app.actor().ask(registerDocument, { input: { email, password: goodPassword } })
  const token = await tokenFor(app, email, 'verify-email')
  await app.actor().ask(verifyEmailDocument, { input: { token } })
  return signIn(app.actor(), email)
}

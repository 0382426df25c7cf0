import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { insertAccessRole } from '../support/access-roles.ts'
import { Actor } from '../support/actor.ts'
import { mailsTo, tokenFor } from '../support/mails.ts'
import { requestPasswordResetDocument, resetPasswordDocument } from '../support/operations.ts'
import { askLogin, type SignedIn, signIn, signUp, signUpAs } from '../support/people.ts'
import { auditOf, auditWhere, tenantIdOf } from '../support/rows.ts'
import { freshSlug, type TenantCalls, tenantCalls } from '../support/tenant-calls.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
let calls: TenantCalls
let admin: SignedIn
beforeAll(async () => {
  test = await createTestApp()
  calls = tenantCalls(test)
  admin = await signUpAs(test, 'ADMIN')
})
afterAll(() => test.close())

/** Creates a tenant with that administrator. */
async function invite(administratorEmail: string, input: object = {}) {
  const slug = freshSlug()
  const result = await calls.create(admin, { slug, name: 'Acme', administratorEmail, ...input })
  return { slug, result }
}

async function setPassword(email: string) {
  const token = await tokenFor(test, email, 'reset-password')
  const answer = await test
    .actor()
    .ask(resetPasswordDocument, { input: { token, newPassword: goodPassword } })
  expect(answer.data.resetPassword).toMatchObject({ __typename: 'ResetPasswordSuccess' })
}

const usersWith = (email: string) => test.database.client.user.findMany({ where: { email } })

describe('createTenant with administratorEmail', () => {
  it('creates an administrator, whose mail sets the password and proves the address', async () => {
    const email = freshEmail()
    const { slug, result } = await invite(` ${email.toUpperCase()}`)
    expect(result).toMatchObject({ __typename: 'CreateTenantSuccess', tenant: { userCount: 1 } })
    expect(await askLogin(test.actor(), email, { tenant: slug })).toMatchObject({
      code: 'INVALID_CREDENTIALS',
    })
    const [mail] = await mailsTo(test, email)
    expect(mail?.subject).toBe('You are an administrator of Acme at Gatehouse')
    await setPassword(email)
    const { accessToken } = await signIn(test.actor(), email, { tenant: slug })
    const { data } = await test
      .actor()
      .ask(
        '{ me { role emailVerified } authTenant { slug settings { mfa } } }',
        {},
        Actor.bearer(accessToken),
      )
    expect(data).toEqual({
      me: { role: 'ADMIN', emailVerified: true },
      authTenant: { slug, settings: { mfa: null } },
    })
    const change = { slug, settings: { sessionLimit: 3 } }
    expect(await calls.update({ accessToken }, change)).toMatchObject({ __typename: 'UpdateTenantSuccess' })
  })

  it('gives the account the default roles of the installation, and no access to another tenant', async () => {
    const { id: roleId } = await insertAccessRole(test.database, { isDefault: true })
    const email = freshEmail()
    const { slug } = await invite(email)
    const tenantId = await tenantIdOf(test.database, slug)
    const [user] = await usersWith(email)
    const where = { userId: user?.id ?? '' }
    expect(await test.database.client.userAccessRole.findMany({ where })).toMatchObject([
      { roleId, tenantId },
    ])
    await setPassword(email)
    expect(await askLogin(test.actor(), email)).toMatchObject({ code: 'INVALID_CREDENTIALS' })
  })

  it('can be repeated by a request for another link, once that has expired', async () => {
    const email = freshEmail()
    const { slug } = await invite(email)
    const token = await tokenFor(test, email, 'reset-password')
    test.clock.advance(86_401)
    const expired = await test
      .actor()
      .ask(resetPasswordDocument, { input: { token, newPassword: goodPassword } })
    expect(expired.data.resetPassword).toMatchObject({ code: 'INVALID_TOKEN' })
    await test.actor().ask(requestPasswordResetDocument, { input: { email, tenant: slug } })
    await setPassword(email)
    expect(await askLogin(test.actor(), email, { tenant: slug })).toMatchObject({
      __typename: 'LoginSuccess',
    })
    admin = await signIn(test.actor(), admin.email)
  })

  it('works for a tenant with closed registration, and for an address that has an account elsewhere', async () => {
    const { email } = await signUp(test.actor())
    const { slug, result } = await invite(email, { settings: { registration: 'CLOSED' } })
    expect(result).toMatchObject({ __typename: 'CreateTenantSuccess' })
    const tenantId = await tenantIdOf(test.database, slug)
    expect((await usersWith(email)).filter((user) => user.tenantId === tenantId)).toHaveLength(1)
  })

  it('names the slug in the mail if the name looks like a link', async () => {
    const email = freshEmail()
    const { slug } = await invite(email, { name: 'Visit evil.example/now' })
    const [mail] = await mailsTo(test, email)
    expect(mail?.subject).toContain(slug)
    expect(`${mail?.subject} ${mail?.text}`).not.toContain('evil.example')
  })

  it('obeys the domains of the tenant', async () => {
    const settings = { emailVerification: 'REQUIRED', registrationDomains: ['acme.example'] }
    const { result } = await invite(freshEmail(), { settings })
    expect(result).toMatchObject({ issues: [{ path: ['administratorEmail'], code: 'DOMAIN_NOT_ALLOWED' }] })
    const allowed = await invite(`${freshSlug()}@ACME.example`, { settings })
    expect(allowed.result).toMatchObject({ __typename: 'CreateTenantSuccess' })
  })

  it('refuses an invalid address together with all other mistakes', async () => {
    const input = { slug: 'No!', settings: { sessionLimit: 0 } }
    const { result } = await invite('not an address', input)
    expect(result.issues.map(({ path }: { path: string[] }) => path.join('.')).toSorted()).toEqual([
      'administratorEmail',
      'settings.sessionLimit',
      'slug',
    ])
  })

  it('is refused while the installation sends no mail', async () => {
    const silent = await createTestApp({ database: test.database, env: { MAIL: 'off' } })
    const input = { slug: freshSlug(), name: 'Acme', administratorEmail: freshEmail() }
    const viewer = await signIn(silent.actor(), admin.email)
    expect(await tenantCalls(silent).create(viewer, input)).toMatchObject({
      issues: [{ path: ['administratorEmail'], code: 'REQUIRES_MAIL' }],
    })
    await silent.close()
  })

  it('leaves nothing behind if the slug is taken', async () => {
    const email = freshEmail()
    const { slug } = await invite(freshEmail())
    expect(await invite(email, { slug })).toMatchObject({ result: { code: 'NAME_TAKEN' } })
    expect(await usersWith(email)).toEqual([])
    expect(await mailsTo(test, email)).toEqual([])
  })

  it('records the account in the log of its tenant only, and the address nowhere', async () => {
    const email = freshEmail()
    const { slug } = await invite(email)
    const tenantId = await tenantIdOf(test.database, slug)
    const [user] = await usersWith(email)
    expect(await auditOf(test.database, user?.id ?? null)).toMatchObject([
      { type: 'USER_REGISTERED', tenantId, actorId: null, ipAddress: null, reason: 'FIRST_ADMINISTRATOR' },
    ])
    const all = await auditWhere(test.database, { OR: [{ tenantId }, { actorId: admin.userId }] })
    expect(JSON.stringify(all)).not.toContain(email)
    const created = all.filter(({ details }) => details.tenant === slug)
    expect(created.map(({ details }) => details.administrator)).toEqual([true, true])
  })
})

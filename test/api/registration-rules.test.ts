import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { eventually } from '../support/eventually.ts'
import { mailsTo, tokenFor } from '../support/mails.ts'
import {
  confirmEmailChangeDocument,
  registerDocument,
  requestEmailChangeDocument,
  resendVerificationEmailDocument,
  undoEmailChangeDocument,
  verifyEmailDocument,
} from '../support/operations.ts'
import { askLogin, type SignedIn, signIn } from '../support/people.ts'
import { storeSettings, tenantWith } from '../support/tenants.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ env: { EMAIL_VERIFICATION: 'required' } })
})
afterAll(() => test.close())

async function register(tenant: string, email = freshEmail(), input = {}) {
  const answer = await test
    .actor()
    .ask(registerDocument, { input: { email, password: goodPassword, tenant, ...input } })
  expect(answer.errors).toEqual([])
  return answer.data.register
}

async function verify(email: string) {
  const token = await tokenFor(test, email, 'verify-email')
  return (await test.actor().ask(verifyEmailDocument, { input: { token } })).data.verifyEmail
}

/** A user with a verified address of example.com. */
async function signUpIn(tenant: string): Promise<SignedIn> {
  const email = freshEmail()
  await register(tenant, email)
  expect(await verify(email)).toMatchObject({ __typename: 'VerifyEmailSuccess' })
  return signIn(test.actor(), email, { tenant })
}

async function requestChange({ accessToken }: SignedIn, newEmail: string, currentPassword = goodPassword) {
  const answer = await test
    .actor()
    .ask(requestEmailChangeDocument, { input: { newEmail, currentPassword } }, Actor.bearer(accessToken))
  expect(answer.errors).toEqual([])
  return answer.data.requestEmailChange
}

async function confirmChange({ accessToken }: SignedIn, token: string) {
  const answer = await test
    .actor()
    .ask(confirmEmailChangeDocument, { input: { token } }, Actor.bearer(accessToken))
  expect(answer.errors).toEqual([])
  return answer.data.confirmEmailChange
}

function addressAt(domain: string): string {
  return freshEmail().replace('example.com', domain)
}

/** Waits until the service uses settings that were changed in the database. */
async function untilRefused(tenant: string, email?: string): Promise<void> {
  await eventually(async () =>
    expect(await register(tenant, email)).toMatchObject({ __typename: 'AuthInvalidInputProblem' }),
  )
}

const closed = { code: 'REGISTRATION_CLOSED', path: ['tenant'] }
const foreign = { code: 'DOMAIN_NOT_ALLOWED', path: ['email'] }

describe('closed registration', () => {
  it('answers alike for new and known addresses, also with a weak password, and writes nothing', async () => {
    const tenant = await tenantWith(test, {})
    const { email } = await signUpIn(tenant)
    await storeSettings(test.database, tenant, { registration: 'closed' })
    await untilRefused(tenant)
    const before = await test.database.client.auditEvent.count()
    const answers = [
      await register(tenant, email),
      await register(tenant),
      await register(tenant, email, { password: 'short' }),
    ]
    for (const answer of answers) expect(answer.issues).toMatchObject([closed])
    expect(answers[0]).toEqual(answers[1])
    expect(answers[2]).toEqual(answers[1])
    expect(await test.database.client.auditEvent.count()).toBe(before)
    expect(await askLogin(test.actor(), email, { tenant })).toMatchObject({ __typename: 'LoginSuccess' })
  })

  it('keeps pending registrations out, mails no further link, and lets them in once it opens again', async () => {
    const tenant = await tenantWith(test, {})
    const email = freshEmail()
    await register(tenant, email)
    const token = await tokenFor(test, email, 'verify-email')
    await storeSettings(test.database, tenant, { registration: 'closed' })
    await untilRefused(tenant)
    const tryToken = async () =>
      (await test.actor().ask(verifyEmailDocument, { input: { token } })).data.verifyEmail
    expect(await tryToken()).toMatchObject({ code: 'INVALID_TOKEN' })
    const { length } = await mailsTo(test, email)
    const input = { email, tenant }
    const resent = await test.actor().ask(resendVerificationEmailDocument, { input })
    expect(resent.data.resendVerificationEmail).toMatchObject({ email })
    expect(await mailsTo(test, email)).toHaveLength(length)
    await storeSettings(test.database, tenant, {})
    await eventually(async () =>
      expect(await tryToken()).toMatchObject({ __typename: 'VerifyEmailSuccess', user: { email } }),
    )
  })

  it('leaves changes of address alone', async () => {
    const tenant = await tenantWith(test, {})
    const user = await signUpIn(tenant)
    await storeSettings(test.database, tenant, { registration: 'closed' })
    await untilRefused(tenant)
    const newEmail = freshEmail('new')
    await requestChange(user, newEmail)
    expect(await confirmChange(user, await tokenFor(test, newEmail, 'confirm-email'))).toMatchObject({
      user: { email: newEmail },
    })
  })
})

describe('domains of registration', () => {
  it('allow the listed domains in every notation, and neither subdomains nor names that end alike', async () => {
    const tenant = await tenantWith(test, { registrationDomains: ['xn--bcher-kva.example', 'example.org'] })
    for (const domain of ['example.org', 'EXAMPLE.org', 'bücher.example', 'xn--bcher-kva.example'])
      expect(await register(tenant, addressAt(domain))).toMatchObject({ __typename: 'RegistrationPending' })
    for (const domain of ['sub.example.org', 'badexample.org', 'example.org.evil.example', 'example.com'])
      expect((await register(tenant, addressAt(domain))).issues).toMatchObject([foreign])
  })

  it('allow no one with an empty list', async () => {
    const tenant = await tenantWith(test, { registrationDomains: [] })
    expect((await register(tenant)).issues).toMatchObject([foreign])
  })

  it('apply to a registration that was pending before', async () => {
    const tenant = await tenantWith(test, {})
    const email = freshEmail()
    await register(tenant, email)
    await storeSettings(test.database, tenant, { registrationDomains: ['example.org'] })
    await untilRefused(tenant)
    expect(await verify(email)).toMatchObject({ code: 'INVALID_TOKEN' })
  })

  it('apply to changes of address, before the password is compared', async () => {
    const tenant = await tenantWith(test, { registrationDomains: ['example.com'] })
    const user = await signUpIn(tenant)
    for (const password of [goodPassword, 'Wr0ng-horse-battery!'])
      expect((await requestChange(user, addressAt('example.org'), password)).issues).toMatchObject([
        { code: 'DOMAIN_NOT_ALLOWED', path: ['newEmail'] },
      ])
    const newEmail = freshEmail('new')
    expect(await requestChange(user, newEmail)).toMatchObject({ newEmail })
  })

  it('apply to a change that was requested before, and never to its undo', async () => {
    const tenant = await tenantWith(test, {})
    const user = await signUpIn(tenant)
    const [first, second] = [addressAt('example.org'), addressAt('example.net')]
    await requestChange(user, first)
    expect(await confirmChange(user, await tokenFor(test, first, 'confirm-email'))).toMatchObject({
      user: { email: first },
    })
    await requestChange(user, second)
    await storeSettings(test.database, tenant, { registrationDomains: ['example.org'] })
    await untilRefused(tenant)
    expect(await confirmChange(user, await tokenFor(test, second, 'confirm-email'))).toMatchObject({
      code: 'INVALID_TOKEN',
    })
    const token = await tokenFor(test, user.email, 'undo-email-change')
    const undone = await test.actor().ask(undoEmailChangeDocument, { input: { token } })
    expect(undone.data.undoEmailChange).toMatchObject({ __typename: 'UndoEmailChangeSuccess' })
  })
})

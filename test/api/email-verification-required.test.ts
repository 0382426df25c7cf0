import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mailsTo, tokenFor } from '../support/mails.ts'
import {
  registerDocument,
  requestPasswordResetDocument,
  resendVerificationEmailDocument,
  resetPasswordDocument,
  verifyEmailDocument,
} from '../support/operations.ts'
import { askLogin } from '../support/people.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ env: { EMAIL_VERIFICATION: 'required' } })
})
afterAll(() => test.close())

async function register(email: string, input: Readonly<Record<string, unknown>> = {}) {
  const answer = await test
    .actor()
    .ask(registerDocument, { input: { email, password: goodPassword, ...input } })
  expect(answer.errors).toEqual([])
  return { answer: answer.data.register, cookies: answer.headers.getSetCookie() }
}

async function verify(email: string) {
  const token = await tokenFor(test, email, 'verify-email')
  return (await test.actor().ask(verifyEmailDocument, { input: { token } })).data.verifyEmail
}

describe('register, where the address must be verified first', () => {
  it('signs no one in and mails the link', async () => {
    const email = freshEmail()
    const { answer, cookies } = await register(email, { tokenTransport: 'COOKIE' })
    expect(answer).toEqual({ __typename: 'RegistrationPending', email })
    expect(cookies).toEqual([])
    expect(await verify(email)).toMatchObject({ user: { email, emailVerified: true } })
    expect(await askLogin(test.actor(), email)).toMatchObject({ __typename: 'LoginSuccess' })
  })

  it('returns and writes the same for an address that has an account, and mails its owner', async () => {
    const email = freshEmail()
    await register(email)
    await verify(email)
    const count = async () => ({
      mails: await test.database.client.mailMessage.count(),
      tokens: await test.database.client.oneTimeToken.count(),
      audits: await test.database.client.auditEvent.count(),
    })
    const before = await count()
    const taken = await register(email, { password: 'An0ther-horse-battery!' })
    const between = await count()
    const fresh = await register(freshEmail())
    const after = await count()
    expect(taken.answer).toEqual({ __typename: 'RegistrationPending', email })
    expect(Object.keys(fresh.answer)).toEqual(Object.keys(taken.answer))
    expect(after.mails - between.mails).toBe(between.mails - before.mails)
    expect(after.tokens - between.tokens).toBe(between.tokens - before.tokens)
    expect(after.audits - between.audits).toBe(between.audits - before.audits)
    const [newest] = await mailsTo(test, email)
    expect(newest?.links.some((link) => link.includes('verify-email'))).toBe(false)
    expect(await askLogin(test.actor(), email)).toMatchObject({ __typename: 'LoginSuccess' })
    expect(await askLogin(test.actor(), email, { password: 'An0ther-horse-battery!' })).toMatchObject({
      code: 'INVALID_CREDENTIALS',
    })
  })

  it('completes the registration whose link is followed, even if others registered the address later', async () => {
    const email = freshEmail()
    await register(email, { firstName: 'Ada' })
    const mine = await tokenFor(test, email, 'verify-email')
    await register(email, { password: 'The-thief-came-l4ter!', firstName: 'Mallory' })
    expect(await tokenFor(test, email, 'verify-email')).not.toBe(mine)
    const verified = await test.actor().ask(verifyEmailDocument, { input: { token: mine } })
    expect(verified.data.verifyEmail).toMatchObject({ __typename: 'VerifyEmailSuccess' })
    expect(await askLogin(test.actor(), email, { password: 'The-thief-came-l4ter!' })).toMatchObject({
      code: 'INVALID_CREDENTIALS',
    })
    expect(await askLogin(test.actor(), email)).toMatchObject({ __typename: 'LoginSuccess' })
    const user = await test.database.client.user.findFirst({ where: { email } })
    expect(user?.firstName).toBe('Ada')
    const stale = await test
      .actor()
      .ask(verifyEmailDocument, { input: { token: await tokenFor(test, email, 'verify-email') } })
    expect(stale.data.verifyEmail).toMatchObject({ code: 'INVALID_TOKEN' })
  })

  it('leaves no password where several have asked and the link was sent again', async () => {
    const email = freshEmail()
    await register(email)
    await register(email, { password: 'The-thief-came-l4ter!' })
    await test.actor().ask(resendVerificationEmailDocument, { input: { email } })
    expect(await verify(email)).toMatchObject({ __typename: 'VerifyEmailSuccess' })
    for (const password of [goodPassword, 'The-thief-came-l4ter!']) {
      expect(await askLogin(test.actor(), email, { password })).toMatchObject({ code: 'INVALID_CREDENTIALS' })
    }
    await test.actor().ask(requestPasswordResetDocument, { input: { email } })
    const input = { token: await tokenFor(test, email, 'reset-password'), newPassword: goodPassword }
    await test.actor().ask(resetPasswordDocument, { input })
    expect(await askLogin(test.actor(), email)).toMatchObject({ __typename: 'LoginSuccess' })
  })

  it('writes the same for an address that is reserved for another user', async () => {
    const email = freshEmail()
    const { id } = await test.database.client.tenant.findFirstOrThrow({ where: { slug: 'default' } })
    const until = new Date(test.clock.now().getTime() + 86_400_000)
    await test.database.client.emailReservation.create({ data: { tenantId: id, email, userId: id, until } })
    const before = await test.database.client.mailMessage.count()
    expect((await register(email)).answer).toEqual({ __typename: 'RegistrationPending', email })
    expect(await test.database.client.mailMessage.count()).toBe(before + 1)
    expect(await mailsTo(test, email)).toEqual([])
    expect(await test.database.client.user.count({ where: { email } })).toBe(0)
  })

  it('makes one account of ten parallel registrations, and does not reveal it', async () => {
    const email = freshEmail()
    const answers = await Promise.all(Array.from({ length: 10 }, () => register(email)))
    expect(new Set(answers.map(({ answer }) => JSON.stringify(answer))).size).toBe(1)
    expect(await test.database.client.user.count({ where: { email } })).toBe(1)
    expect(await verify(email)).toMatchObject({ __typename: 'VerifyEmailSuccess' })
  })

  it('claims the username when the address is verified, not before', async () => {
    const username = `ada-${freshEmail().slice(4, 12)}`
    const first = freshEmail()
    const second = freshEmail()
    await register(first, { username })
    await register(second, { username })
    expect(await verify(second)).toMatchObject({ user: { username } })
    expect(await verify(first)).toMatchObject({ user: { username: null } })
    expect((await register(freshEmail(), { username: username.toUpperCase() })).answer).toMatchObject({
      code: 'USERNAME_TAKEN',
    })
  })
})

describe('login, where the address must be verified first', () => {
  it('reveals what is missing only after the correct password', async () => {
    const email = freshEmail()
    await register(email)
    expect(await askLogin(test.actor(), email, { password: 'Wr0ng-horse-battery!' })).toMatchObject({
      code: 'INVALID_CREDENTIALS',
    })
    expect(await askLogin(test.actor(), email)).toMatchObject({ __typename: 'EmailVerificationRequired' })
    expect(await test.database.client.session.count({ where: { user: { email } } })).toBe(0)
  })
})

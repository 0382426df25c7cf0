import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createStores } from '../../src/adapters/prisma/stores/prisma-stores.ts'
import { createPurgeExpired } from '../../src/jobs/purge-expired.ts'
import { Comparisons, guess } from '../support/guesses.ts'
import { mailsTo, tokenFor } from '../support/mails.ts'
import {
  deleteAccountDocument,
  denyRegistrationDocument,
  registerDocument,
  requestPasswordResetDocument,
  resendVerificationEmailDocument,
  resetPasswordDocument,
  verifyEmailDocument,
} from '../support/operations.ts'
import { askAs, askLogin, signIn } from '../support/people.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
const comparisons = new Comparisons()
beforeAll(async () => {
  test = await createTestApp({
    env: { EMAIL_VERIFICATION: 'required' },
    infrastructure: comparisons.infrastructure,
  })
})

afterAll(() => test.close())

const otherPassword = 'The-stranger-came-l4ter!'

async function register(email: string, input: Readonly<Record<string, unknown>> = {}) {
  const answer = await test
    .actor()
    .ask(registerDocument, { input: { email, password: goodPassword, ...input } })
  expect(answer.errors).toEqual([])
  return { answer: answer.data.register, cookies: answer.headers.getSetCookie() }
}

/** Rows that a registration adds. */
async function countRows() {
  const { client } = test.database
  return {
    users: await client.user.count(),
    pending: await client.pendingRegistration.count(),
    mails: await client.mailMessage.count(),
    tokens: await client.oneTimeToken.count(),
    audits: await client.auditEvent.count(),
  }
}

type Rows = Awaited<ReturnType<typeof countRows>>

function difference(later: Rows, earlier: Rows): Rows {
  return {
    users: later.users - earlier.users,
    pending: later.pending - earlier.pending,
    mails: later.mails - earlier.mails,
    tokens: later.tokens - earlier.tokens,
    audits: later.audits - earlier.audits,
  }
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

  it('answers and writes alike for an address that has an account, and informs its owner by mail', async () => {
    const email = freshEmail()
    await register(email)
    await verify(email)
    const before = await countRows()
    const taken = await register(email, { password: otherPassword })
    const between = await countRows()
    const fresh = await register(freshEmail())
    const after = await countRows()
    expect(taken.answer).toEqual({ __typename: 'RegistrationPending', email })
    expect(Object.keys(fresh.answer)).toEqual(Object.keys(taken.answer))
    expect(difference(after, between)).toEqual(difference(between, before))
    expect(difference(after, between)).toEqual({ users: 0, pending: 1, mails: 1, tokens: 2, audits: 1 })
    const [newest] = await mailsTo(test, email)
    expect(newest?.links.some((link) => link.includes('verify-email'))).toBe(false)
    expect(await askLogin(test.actor(), email)).toMatchObject({ __typename: 'LoginSuccess' })
  })

  it('is no account before the link is followed', async () => {
    const email = freshEmail()
    await register(email)
    expect(await test.database.client.user.count({ where: { email } })).toBe(0)
    await test.actor().ask(requestPasswordResetDocument, { input: { email } })
    expect((await mailsTo(test, email)).flatMap(({ links }) => links).join()).not.toContain('reset-password')
    await verify(email)
    expect(await test.database.client.user.count({ where: { email } })).toBe(1)
  })

  it("takes no one's password if several registrations wait, and mails a reset", async () => {
    const email = freshEmail()
    await register(email, { firstName: 'Ada' })
    const mine = await tokenFor(test, email, 'verify-email')
    await register(email, { password: otherPassword, firstName: 'Mallory', username: 'mallory-was-here' })
    const newest = await tokenFor(test, email, 'verify-email')
    expect(newest).not.toBe(mine)
    expect(await verify(email)).toMatchObject({
      __typename: 'VerifyEmailSuccess',
      passwordResetSent: true,
      user: { emailVerified: true, username: null, firstName: null },
    })
    for (const password of [goodPassword, otherPassword]) {
      expect(await askLogin(test.actor(), email, { password })).not.toMatchObject({
        __typename: 'LoginSuccess',
      })
    }
    const stale = await test.actor().ask(verifyEmailDocument, { input: { token: mine } })
    expect(stale.data.verifyEmail).toMatchObject({ code: 'INVALID_TOKEN' })
    const input = {
      token: await tokenFor(test, email, 'reset-password'),
      newPassword: 'My-0wn-n3w-password!',
    }
    await test.actor().ask(resetPasswordDocument, { input })
    expect(await askLogin(test.actor(), email, { password: input.newPassword })).toMatchObject({
      __typename: 'LoginSuccess',
    })
    expect(await askLogin(test.actor(), email, { password: otherPassword })).not.toMatchObject({
      __typename: 'LoginSuccess',
    })
  })

  it('takes the password of the link if the other registrations were denied or have expired', async () => {
    const email = freshEmail()
    await register(email, { password: otherPassword })
    await test.deliverMail()
    test.clock.advance(25 * 3600)
    await register(email, { password: otherPassword })
    const token = await tokenFor(test, email, 'deny-registration')
    const denied = await test.actor().ask(denyRegistrationDocument, { input: { token } })
    expect(denied.data.denyRegistration).toMatchObject({ denied: true })
    await register(email, { firstName: 'Ada' })
    expect(await verify(email)).toMatchObject({ passwordResetSent: false, user: { firstName: 'Ada' } })
    expect(await askLogin(test.actor(), email)).toMatchObject({ __typename: 'LoginSuccess' })
  })

  it('gives two links that are followed at once one account', async () => {
    const email = freshEmail()
    await register(email)
    const first = await tokenFor(test, email, 'verify-email')
    await register(email, { password: otherPassword })
    const second = await tokenFor(test, email, 'verify-email')
    const answers = await Promise.all(
      [first, second, first].map((token) => test.actor().ask(verifyEmailDocument, { input: { token } })),
    )
    const types = answers.map(({ data }) => data.verifyEmail.__typename)
    expect(types.filter((type) => type === 'VerifyEmailSuccess')).toHaveLength(1)
    expect(await askLogin(test.actor(), email)).not.toMatchObject({ __typename: 'LoginSuccess' })
  })

  it('sends the newest registration again; its link counts as one of several', async () => {
    const email = freshEmail()
    await register(email)
    const old = await tokenFor(test, email, 'verify-email')
    const before = await countRows()
    await test.actor().ask(resendVerificationEmailDocument, { input: { email } })
    const between = await countRows()
    await test.actor().ask(resendVerificationEmailDocument, { input: { email: freshEmail() } })
    expect(difference(await countRows(), between)).toEqual(difference(between, before))
    const newest = await tokenFor(test, email, 'verify-email')
    expect(newest).not.toBe(old)
    const stale = await test.actor().ask(verifyEmailDocument, { input: { token: old } })
    expect(stale.data.verifyEmail).toMatchObject({ code: 'INVALID_TOKEN' })
    await register(email, { password: otherPassword })
    await test.actor().ask(resendVerificationEmailDocument, { input: { email } })
    expect(await verify(email)).toMatchObject({ passwordResetSent: true })
  })

  it('writes alike for an address that is reserved for another user', async () => {
    const email = freshEmail()
    const { id } = await test.database.client.tenant.findFirstOrThrow({ where: { slug: 'default' } })
    const until = new Date(test.clock.now().getTime() + 86_400_000)
    await test.database.client.emailReservation.create({ data: { tenantId: id, email, userId: id, until } })
    const before = await countRows()
    expect((await register(email)).answer).toEqual({ __typename: 'RegistrationPending', email })
    const between = await countRows()
    await register(freshEmail())
    expect(difference(await countRows(), between)).toEqual(difference(between, before))
    expect(await mailsTo(test, email)).toEqual([])
    expect(await askLogin(test.actor(), email)).toMatchObject({ __typename: 'EmailVerificationRequired' })
  })

  it('answers ten registrations at once alike, and none of them decides the password', async () => {
    const email = freshEmail()
    const answers = await Promise.all(Array.from({ length: 10 }, () => register(email)))
    expect(new Set(answers.map(({ answer }) => JSON.stringify(answer))).size).toBe(1)
    expect(await verify(email)).toMatchObject({ passwordResetSent: true })
    expect(await test.database.client.user.count({ where: { email } })).toBe(1)
  })

  it('verifies an unverified account of an earlier version or an import without a password of unknown origin', async () => {
    const email = freshEmail()
    await register(email)
    await verify(email)
    await test.database.client.user.updateMany({
      where: { email },
      data: { emailVerifiedAt: null, loginCount: 0 },
    })
    await register(email, { password: otherPassword })
    expect(await verify(email)).toMatchObject({ passwordResetSent: true, user: { emailVerified: true } })
    for (const password of [goodPassword, otherPassword]) {
      expect(await askLogin(test.actor(), email, { password })).not.toMatchObject({
        __typename: 'LoginSuccess',
      })
    }
  })

  it('is removed after it has expired, and with the account of its address', async () => {
    const email = freshEmail()
    await register(email)
    const client = test.database.client
    const purge = { stores: createStores(client), clock: test.clock, removedFactorsSeconds: 0 }
    const purgeExpired = createPurgeExpired(purge)
    await purgeExpired()
    expect(await client.pendingRegistration.count({ where: { email } })).toBe(1)
    test.clock.advance(26 * 3600)
    await purgeExpired()
    expect(await client.pendingRegistration.count({ where: { email } })).toBe(0)

    await register(email)
    await verify(email)
    await register(email, { password: otherPassword })
    const owner = await signIn(test.actor(), email)
    const deleted = await askAs(test, owner, deleteAccountDocument, {
      input: { currentPassword: goodPassword },
    })
    expect(deleted).toMatchObject({ userId: owner.userId })
    expect(await client.pendingRegistration.count({ where: { email } })).toBe(0)
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

/** The code of a problem, or the type of any other answer. */
const outcomeOf = (answer: { readonly __typename: string; readonly code?: string }) =>
  answer.code ?? answer.__typename

describe('login, where the address must be verified first', () => {
  it('reports what is missing only after the right password', async () => {
    const email = freshEmail()
    await register(email)
    expect(await askLogin(test.actor(), email, { password: 'Wr0ng-horse-battery!' })).toMatchObject({
      code: 'INVALID_CREDENTIALS',
    })
    expect(await askLogin(test.actor(), email)).toMatchObject({ __typename: 'EmailVerificationRequired' })
    expect(await test.database.client.session.count({ where: { user: { email } } })).toBe(0)
  })

  it('begins no session for an account of an earlier version whose address is not verified', async () => {
    const email = freshEmail()
    await register(email)
    await verify(email)
    await test.database.client.user.updateMany({ where: { email }, data: { emailVerifiedAt: null } })
    expect(await askLogin(test.actor(), email, { password: otherPassword })).toMatchObject({
      code: 'INVALID_CREDENTIALS',
    })
    expect(await askLogin(test.actor(), email)).toMatchObject({ __typename: 'EmailVerificationRequired' })
    expect(await test.database.client.session.count({ where: { user: { email } } })).toBe(0)
  })

  it('answers the registrant of an address alike, whether or not the address has an account', async () => {
    const taken = freshEmail()
    await register(taken)
    await verify(taken)
    const free = freshEmail()
    const answers = []
    for (const email of [taken, free]) {
      await register(email, { password: otherPassword })
      const before = await countRows()
      const answer = await askLogin(test.actor(), email, { password: otherPassword })
      const rows = difference(await countRows(), before)
      const wrong = await askLogin(test.actor(), email, { password: 'Wr0ng-horse-battery!' })
      answers.push({ answer, rows, wrong })
    }
    expect(answers[0]).toEqual(answers[1])
    expect(answers[0]?.answer).toMatchObject({ __typename: 'EmailVerificationRequired' })
  })

  it('keeps that answer after the address was verified or the registration denied, until it expires', async () => {
    const denied = freshEmail()
    await register(denied, { password: otherPassword })
    const token = await tokenFor(test, denied, 'deny-registration')
    await test.actor().ask(denyRegistrationDocument, { input: { token } })
    const verified = freshEmail()
    await register(verified)
    const mine = await tokenFor(test, verified, 'verify-email')
    await register(verified, { password: otherPassword })
    await test.actor().ask(verifyEmailDocument, { input: { token: mine } })
    const ask = (email: string) => askLogin(test.actor(), email, { password: otherPassword })
    for (const email of [denied, verified]) {
      expect(await ask(email)).toMatchObject({ __typename: 'EmailVerificationRequired' })
    }
    test.clock.advance(24 * 3600)
    for (const email of [denied, verified]) {
      expect(await ask(email)).toMatchObject({ code: 'INVALID_CREDENTIALS' })
    }
  })

  it('compares twice for every wrong password, with a decoy if there is nothing to compare', async () => {
    const email = freshEmail()
    await register(email)
    await verify(email)
    const counts = []
    for (const identifier of [email, freshEmail(), 'a-username']) {
      comparisons.count = 0
      await askLogin(test.actor(), identifier, { password: 'Wr0ng-horse-battery!' })
      counts.push(comparisons.count)
    }
    expect(counts).toEqual([2, 2, 2])
  })

  it('clears no count of failures with the password of a registration', async () => {
    const identifier = freshEmail()
    await register(identifier)
    await verify(identifier)
    await register(identifier, { password: otherPassword })
    const codes = async (times: number) =>
      (await guess(test.actor(), identifier, times)).map(({ code }) => code)
    expect(await codes(2)).toEqual(['INVALID_CREDENTIALS', 'INVALID_CREDENTIALS'])
    expect(await askLogin(test.actor(), identifier, { password: otherPassword })).toMatchObject({
      __typename: 'EmailVerificationRequired',
    })
    // Its first match is the third failure, which delays the next attempt.
    expect(await codes(2)).toEqual(['RATE_LIMITED', 'ACCOUNT_LOCKED'])
  })

  it('counts the first match of each registration as a failure, and no later one, with and without an account', async () => {
    // No other test tries it, so that it is not one that is tried on many accounts, which is an event.
    const password = 'Only-in-this-test-7!'
    const taken = freshEmail()
    await register(taken)
    await verify(taken)
    const answers = []
    for (const email of [taken, freshEmail()]) {
      await register(email, { password })
      const before = await countRows()
      const codes = []
      for (let n = 0; n < 4; n += 1) codes.push(await askLogin(test.actor(), email, { password }))
      codes.push(...(await guess(test.actor(), email, 3)))
      answers.push({ codes: codes.map(outcomeOf), rows: difference(await countRows(), before) })
    }
    expect(answers[0]?.codes).toEqual([
      ...Array.from({ length: 4 }, () => 'EmailVerificationRequired'),
      ...['INVALID_CREDENTIALS', 'INVALID_CREDENTIALS', 'RATE_LIMITED'],
    ])
    expect(answers[1]).toEqual(answers[0])
  })

  it('gives guesses that are registered before they are tried the count and the lock of other guesses', async () => {
    const taken = freshEmail()
    await register(taken)
    await verify(taken)
    const answers = []
    for (const email of [taken, freshEmail()]) {
      const codes = []
      comparisons.count = 0
      for (let n = 0; n < 6; n += 1) {
        const password = `Gu3ss-number-${n}-horse!`
        await register(email, { password })
        codes.push(outcomeOf(await askLogin(test.actor(), email, { password })))
      }
      answers.push({ codes, compared: comparisons.count })
    }
    const codes = [
      ...Array.from({ length: 3 }, () => 'EmailVerificationRequired'),
      ...['RATE_LIMITED', 'ACCOUNT_LOCKED', 'ACCOUNT_LOCKED'],
    ]
    expect(answers).toEqual(Array.from({ length: 2 }, () => ({ codes, compared: 6 })))
  })

  it('does not reveal by a registration which username has the address', async () => {
    const email = freshEmail()
    const username = `ada-${email.slice(4, 12)}`
    await register(email, { username })
    await verify(email)
    await register(email, { password: otherPassword })
    expect(await askLogin(test.actor(), username, { password: otherPassword })).toMatchObject({
      code: 'INVALID_CREDENTIALS',
    })
    expect(await askLogin(test.actor(), username)).toMatchObject({ __typename: 'LoginSuccess' })
  })
})

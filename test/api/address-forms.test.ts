import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { normaliseAddresses } from '../../src/adapters/prisma/migrations/normalise-addresses.ts'
import {
  accountIdentifier,
  deviceIdentifier,
  mailIdentifier,
} from '../../src/domain/rate-limits/limit-identifier.ts'
import { Actor } from '../support/actor.ts'
import { tokenFor } from '../support/mails.ts'
import {
  confirmEmailChangeDocument,
  registerDocument,
  requestEmailChangeDocument,
  requestPasswordResetDocument,
  resetPasswordDocument,
  undoEmailChangeDocument,
  verifyEmailDocument,
} from '../support/operations.ts'
import { askLogin, signUp } from '../support/people.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

async function register(email: string) {
  const answer = await test.actor().ask(registerDocument, { input: { email, password: goodPassword } })
  expect(answer.errors).toEqual([])
  return answer.data.register
}

describe('forms of one address', () => {
  it.each([
    ['exämple.com', 'xn--exmple-cua.com'],
    ['EXAMPLE.com', 'example.com'],
  ])('are one account and one mailbox: %s and %s', async (raw, form) => {
    const local = `ada-${randomUUID().slice(0, 8)}`
    expect(await register(`${local}@${raw}`)).toMatchObject({ user: { email: `${local}@${form}` } })
    expect(await register(`${local}@${form}`)).toMatchObject({ code: 'EMAIL_TAKEN' })
    for (const domain of [raw, form, raw.normalize('NFD')]) {
      expect(await askLogin(test.actor(), `${local}@${domain}`)).toMatchObject({ __typename: 'LoginSuccess' })
      expect(mailIdentifier(`${local}@${domain}`)).toEqual(mailIdentifier(`${local}@${form}`))
    }
  })

  it.each(['ｅxample.com', '①example.com', 'ﬁne.com', '1.2.3.4', 'example.123', 'localhost'])(
    'do not include another name: %s is refused',
    async (domain) => {
      expect(await register(`ada@${domain}`)).toMatchObject({ issues: [{ code: 'INVALID_EMAIL' }] })
    },
  )

  it('are refused with a sentence of their own if a dot is misplaced', async () => {
    const refused = await register('user..x@docomo.ne.jp')
    expect(refused).toMatchObject({ issues: [{ code: 'INVALID_EMAIL' }] })
    expect(refused.issues[0].message).toContain('two dots in a row')
  })

  it('are normalised in accounts of earlier versions, and collisions are reported', async () => {
    const { client } = test.database
    const name = randomUUID().slice(0, 8)
    const free = await signUp(test.actor())
    const taken = await signUp(test.actor())
    const holder = await signUp(test.actor(), { email: `taken-${name}@exämple.com` })
    const invalid = await signUp(test.actor())
    const store = (id: string, email: string) => client.user.update({ where: { id }, data: { email } })
    await store(free.userId, `free-${name}@exämple.com`)
    await store(taken.userId, `taken-${name}@exämple.com`)
    await store(invalid.userId, `invalid-${name}@ｅxample.com`)
    const report = await test.database.normaliseAddresses()
    expect(report).toEqual({ changed: 1, collisions: [taken.userId], invalid: [invalid.userId] })
    expect(await askLogin(test.actor(), `free-${name}@exämple.com`)).toMatchObject({
      user: { id: free.userId },
    })
    expect(await askLogin(test.actor(), holder.email)).toMatchObject({ user: { id: holder.userId } })
    expect(await test.database.normaliseAddresses()).toEqual({ ...report, changed: 0 })
    await store(free.userId, `free-${name}@exämple.com`)
    expect(await normaliseAddresses(client, 1)).toEqual(report)
  })
})

describe('the address in a link of an earlier version', () => {
  it('is restored in its present form', async () => {
    const { client } = test.database
    const local = `ada-${randomUUID().slice(0, 8)}`
    const before = `${local}@xn--exmple-cua.com`
    const { email, userId, accessToken } = await signUp(test.actor(), { email: before })
    const newEmail = freshEmail('new')
    const bearer = Actor.bearer(accessToken)
    const input = { newEmail, currentPassword: goodPassword }
    await test.actor().ask(requestEmailChangeDocument, { input }, bearer)
    const link = { input: { token: await tokenFor(test, newEmail, 'confirm-email') } }
    await test.actor().ask(confirmEmailChangeDocument, link, bearer)
    const undoing = { input: { token: await tokenFor(test, email, 'undo-email-change') } }
    const data = { email: `${local}@exämple.com` }
    await client.oneTimeToken.updateMany({ where: { userId, purpose: 'UNDO_EMAIL_CHANGE' }, data })
    const answer = await test.actor().ask(undoEmailChangeDocument, undoing)
    expect(answer.data.undoEmailChange).toMatchObject({ __typename: 'UndoEmailChangeSuccess' })
    expect(await client.user.findUniqueOrThrow({ where: { id: userId } })).toMatchObject({ email: before })
  })
})

describe('pasted input', () => {
  /** Blanks as they are copied with a text: line breaks, no-break and zero-width spaces, a byte order mark. */
  const blanks = [' ', '\n', '\r\n', '\t', '\u00a0', '\u200b', '\ufeff', '\u2028']

  it.each(blanks)('is trimmed where an identifier is expected (case %#)', async (blank) => {
    const username = `ada-${randomUUID().slice(0, 8)}`
    const { email } = await signUp(test.actor(), { username })
    for (const identifier of [email, username]) {
      const pasted = `${blank}${identifier}${blank}`
      expect(await askLogin(test.actor(), pasted)).toMatchObject({ __typename: 'LoginSuccess' })
    }
    expect(await askLogin(test.actor(), email, { tenant: `default${blank}` })).toMatchObject({
      __typename: 'LoginSuccess',
    })
    expect(mailIdentifier(`${blank}${email}${blank}`)).toEqual(mailIdentifier(email))
  })

  it.each(blanks)('has the budget of the identifier, however many blanks surround it (case %#)', (blank) => {
    const budget = accountIdentifier('default', 'ada@example.com')
    for (const times of [1, 1010, 2000]) {
      const many = blank.repeat(times)
      expect(accountIdentifier(`Default${many}`, `${many}ada@example.com${many}`)).toEqual(budget)
      expect(deviceIdentifier('device', `${many}default`, `${many}ada`)).toEqual(
        deviceIdentifier('device', 'default', 'ada'),
      )
    }
  })

  it.each(blanks)(
    'may contain blanks in the token of a mail, around it and in it (case %#)',
    async (blank) => {
      const email = freshEmail()
      await register(`${blank}${email}${blank}`)
      const token = await tokenFor(test, email, 'verify-email')
      const pasted = `${blank}${token.slice(0, 20)}${blank}${token.slice(20)}${blank}`
      const verified = await test.actor().ask(verifyEmailDocument, { input: { token: pasted } })
      expect(verified.data.verifyEmail).toMatchObject({ __typename: 'VerifyEmailSuccess' })
      await test.actor().ask(requestPasswordResetDocument, { input: { email: `${email}${blank}` } })
      const reset = `${await tokenFor(test, email, 'reset-password')}${blank}`
      const input = { token: reset, newPassword: 'An0ther-horse-battery!' }
      const answer = await test.actor().ask(resetPasswordDocument, { input })
      expect(answer.data.resetPassword).toMatchObject({ __typename: 'ResetPasswordSuccess' })
    },
  )
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mailsTo, tokenFor } from '../support/mails.ts'
import {
  denyRegistrationDocument,
  resendVerificationEmailDocument,
  verifyEmailDocument,
} from '../support/operations.ts'
import { askLogin, signUp, whoIs } from '../support/people.ts'
import { untilPolled } from '../support/revocation-polls.ts'
import { auditTypesOf } from '../support/rows.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

async function verify(token: string) {
  return (await test.actor().ask(verifyEmailDocument, { input: { token } })).data.verifyEmail
}

describe('verifyEmail, where verification is optional', () => {
  it('verifies the address by the token that register mailed, once', async () => {
    const { email, userId } = await signUp(test.actor())
    const token = await tokenFor(test, email, 'verify-email')
    expect(await verify(token)).toMatchObject({ user: { id: userId, email, emailVerified: true } })
    expect(await verify(token)).toMatchObject({ code: 'INVALID_TOKEN' })
    expect(await auditTypesOf(test.database, userId)).toContain('EMAIL_VERIFIED')
  })

  it('succeeds for one of twenty parallel calls', async () => {
    const { email } = await signUp(test.actor())
    const token = await tokenFor(test, email, 'verify-email')
    const answers = await Promise.all(Array.from({ length: 20 }, () => verify(token)))
    expect(answers.filter((answer) => answer.__typename === 'VerifyEmailSuccess')).toHaveLength(1)
  })

  it('returns the same for a malformed token, an expired one and one of another purpose, which stays valid', async () => {
    const { email } = await signUp(test.actor())
    const deny = await tokenFor(test, email, 'deny-registration')
    const rubbish = await verify('gho_rubbish')
    expect(rubbish).toMatchObject({ code: 'INVALID_TOKEN' })
    expect(await verify(deny)).toEqual(rubbish)
    const token = await tokenFor(test, email, 'verify-email')
    test.clock.advance(86_401)
    expect(await verify(token)).toEqual(rubbish)
    const fresh = await signUp(test.actor())
    const denied = await tokenFor(test, fresh.email, 'deny-registration')
    await verify(denied)
    const answer = await test.actor().ask(denyRegistrationDocument, { input: { token: denied } })
    expect(answer.data.denyRegistration).toEqual({ __typename: 'DenyRegistrationSuccess', denied: true })
  })

  it('counts the life of the token from the sending, not from the asking', async () => {
    const { email } = await signUp(test.actor())
    test.clock.advance(86_400)
    const token = await tokenFor(test, email, 'verify-email')
    test.clock.advance(86_000)
    expect(await verify(token)).toMatchObject({ __typename: 'VerifyEmailSuccess' })
  })
})

describe('denyRegistration', () => {
  it('removes the unverified account, its sessions and what its access tokens are good for', async () => {
    await untilPolled(test)
    const actor = test.actor()
    const { email, accessToken, userId } = await signUp(actor)
    const token = await tokenFor(test, email, 'deny-registration')
    await test.actor().ask(denyRegistrationDocument, { input: { token } })
    expect(await whoIs(actor, accessToken)).toBe('TOKEN_REVOKED')
    expect(await test.database.client.user.count({ where: { id: userId } })).toBe(0)
    expect(await askLogin(test.actor(), email)).toMatchObject({ code: 'INVALID_CREDENTIALS' })
  })

  it('is void once the address has been verified', async () => {
    const { email, userId } = await signUp(test.actor())
    const deny = await tokenFor(test, email, 'deny-registration')
    await verify(await tokenFor(test, email, 'verify-email'))
    const answer = await test.actor().ask(denyRegistrationDocument, { input: { token: deny } })
    expect(answer.data.denyRegistration).toMatchObject({ code: 'INVALID_TOKEN' })
    expect(await test.database.client.user.count({ where: { id: userId } })).toBe(1)
  })
})

describe('resendVerificationEmail', () => {
  async function resend(email: string) {
    return (await test.actor().ask(resendVerificationEmailDocument, { input: { email } })).data
      .resendVerificationEmail
  }

  it('mails a new token and voids the older one', async () => {
    const { email } = await signUp(test.actor())
    const first = await tokenFor(test, email, 'verify-email')
    expect(await resend(email)).toEqual({ __typename: 'ResendVerificationEmailSuccess', email })
    const second = await tokenFor(test, email, 'verify-email')
    expect(second).not.toBe(first)
    expect(await verify(first)).toMatchObject({ code: 'INVALID_TOKEN' })
    expect(await verify(second)).toMatchObject({ __typename: 'VerifyEmailSuccess' })
  })

  it('returns and writes the same for unknown and for verified addresses, and sends no mail', async () => {
    const { email } = await signUp(test.actor())
    await verify(await tokenFor(test, email, 'verify-email'))
    const before = (await mailsTo(test, email)).length
    expect(await resend(email)).toMatchObject({ __typename: 'ResendVerificationEmailSuccess' })
    const rows = () => test.database.client.mailMessage.count()
    const known = await rows()
    expect(await resend('nobody@example.com')).toMatchObject({ __typename: 'ResendVerificationEmailSuccess' })
    expect(await rows()).toBe(known + 1)
    expect((await mailsTo(test, email)).length).toBe(before)
    expect(await mailsTo(test, 'nobody@example.com')).toEqual([])
  })

  it('names what is wrong with an address', async () => {
    expect(await resend('not an address')).toMatchObject({
      issues: [{ path: ['email'], code: 'INVALID_EMAIL' }],
    })
  })
})

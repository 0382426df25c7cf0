import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeKey } from '../support/api-keys.ts'
import { eventually } from '../support/eventually.ts'
import { mailsTo, tokenFor } from '../support/mails.ts'
import {
  requestPasswordResetDocument,
  resetPasswordDocument,
  verifyEmailDocument,
} from '../support/operations.ts'
import { askLogin, askRefresh, signIn, signUp, signUpAs, whoIs } from '../support/people.ts'
import { untilPolled } from '../support/revocation-polls.ts'
import { auditTypesOf } from '../support/rows.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

const newPassword = 'An0ther-horse-battery!'

async function request(email: string) {
  return (await test.actor().ask(requestPasswordResetDocument, { input: { email } })).data
    .requestPasswordReset
}

async function reset(token: string, password = newPassword) {
  const input = { token, newPassword: password }
  return (await test.actor().ask(resetPasswordDocument, { input })).data.resetPassword
}

describe('requestPasswordReset', () => {
  it('returns and writes the same for unknown addresses, and mails only the owner', async () => {
    const { email } = await signUp(test.actor())
    const rows = async () => [
      await test.database.client.mailMessage.count(),
      await test.database.client.oneTimeToken.count(),
      await test.database.client.auditEvent.count(),
    ]
    const before = await rows()
    const known = await request(email)
    const between = await rows()
    const unknown = await request('nobody@example.com')
    const after = await rows()
    expect(known).toEqual({ __typename: 'RequestPasswordResetSuccess', email })
    expect(unknown).toEqual({ __typename: 'RequestPasswordResetSuccess', email: 'nobody@example.com' })
    expect(between.map((count, index) => count - (before[index] ?? 0))).toEqual(
      after.map((count, index) => count - (between[index] ?? 0)),
    )
    expect(await tokenFor(test, email, 'reset-password')).toMatch(/^gho_/)
    expect(await mailsTo(test, 'nobody@example.com')).toEqual([])
  })

  it('keeps nothing readable in the row, and nothing once it is sent', async () => {
    const { email, userId } = await signUp(test.actor())
    await test.deliverMail()
    await request(email)
    const [row] = await test.database.client.mailMessage.findMany({ where: { userId, state: 'QUEUED' } })
    expect(Buffer.from(row?.sealedParameters ?? []).includes(email)).toBe(false)
    const token = await tokenFor(test, email, 'reset-password')
    const sent = await test.database.client.mailMessage.findUnique({ where: { id: row?.id ?? '' } })
    expect(sent).toMatchObject({ state: 'SENT', sealedParameters: null })
    const tokens = await test.database.client.oneTimeToken.findMany({ where: { userId } })
    expect(JSON.stringify(tokens)).not.toContain(token)
  })
})

describe('resetPassword', () => {
  it('sets the password, ends every session, signs no one in and notifies the owner', async () => {
    const actor = test.actor()
    const first = await signUp(actor)
    const second = await signIn(test.actor(), first.email)
    await request(first.email)
    const token = await tokenFor(test, first.email, 'reset-password')
    expect(await reset(token)).toEqual({
      __typename: 'ResetPasswordSuccess',
      revokedSessions: 2,
      revokedApiKeys: 0,
    })
    expect(await whoIs(actor, first.accessToken)).toBe('TOKEN_REVOKED')
    expect(await askRefresh(actor, second.refreshToken)).toMatchObject({ code: 'INVALID_REFRESH_TOKEN' })
    expect(await askLogin(actor, first.email)).toMatchObject({ code: 'INVALID_CREDENTIALS' })
    expect(await askLogin(actor, first.email, { password: newPassword })).toMatchObject({
      __typename: 'LoginSuccess',
    })
    expect((await mailsTo(test, first.email))[0]?.links.some((link) => link.includes('token='))).toBe(false)
    expect(await auditTypesOf(test.database, first.userId)).toContain('PASSWORD_RESET')
  })

  it('works for one of twenty parallel calls', async () => {
    const { email } = await signUp(test.actor())
    await request(email)
    const token = await tokenFor(test, email, 'reset-password')
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => reset(token, `${newPassword}${n}`)),
    )
    expect(answers.filter((answer) => answer.__typename === 'ResetPasswordSuccess')).toHaveLength(1)
    expect(await reset(token)).toMatchObject({ code: 'INVALID_TOKEN' })
  })

  it('leaves the token valid if the password is refused', async () => {
    const { email } = await signUp(test.actor())
    await request(email)
    const token = await tokenFor(test, email, 'reset-password')
    expect(await reset(token, 'short')).toMatchObject({ code: 'WEAK_PASSWORD' })
    expect(await reset(token, goodPassword)).toMatchObject({ code: 'PASSWORD_REUSED' })
    expect(await reset(token)).toMatchObject({ __typename: 'ResetPasswordSuccess' })
  })

  it('accepts the newest token only, for at most an hour', async () => {
    const { email } = await signUp(test.actor())
    await request(email)
    const first = await tokenFor(test, email, 'reset-password')
    await request(email)
    const second = await tokenFor(test, email, 'reset-password')
    expect(await reset(first)).toMatchObject({ code: 'INVALID_TOKEN' })
    test.clock.advance(3601)
    expect(await reset(second)).toMatchObject({ code: 'INVALID_TOKEN' })
  })

  it('verifies the address, and ends the access of the person who registered it before', async () => {
    await untilPolled(test)
    const thief = test.actor()
    const { email, accessToken, refreshToken, userId } = await signUp(thief)
    const pending = await tokenFor(test, email, 'verify-email')
    await request(email)
    await reset(await tokenFor(test, email, 'reset-password'))
    expect(await whoIs(thief, accessToken)).toBe('TOKEN_REVOKED')
    expect(await askRefresh(thief, refreshToken)).toMatchObject({ code: 'INVALID_REFRESH_TOKEN' })
    const answer = await test.actor().ask(verifyEmailDocument, { input: { token: pending } })
    expect(answer.data.verifyEmail).toMatchObject({ code: 'INVALID_TOKEN' })
    const user = await test.database.client.user.findUnique({ where: { id: userId } })
    expect(user?.emailVerifiedAt).not.toBeNull()
  })

  it('ends the API keys of the person who registered the address, if it was not verified', async () => {
    await untilPolled(test)
    const stranger = await signUpAs(test, 'ADMIN')
    const { secret } = await makeKey(test, stranger.accessToken, { permissions: ['users:read'] })
    expect(await whoIs(test.actor(), secret)).toBe(stranger.userId)
    await request(stranger.email)
    await reset(await tokenFor(test, stranger.email, 'reset-password'))
    const fresh = await createTestApp({ database: test.database, clock: test.clock })
    expect(await whoIs(fresh.actor(), secret)).toBe('TOKEN_REVOKED')
    await fresh.close()
    await eventually(async () => expect(await whoIs(test.actor(), secret)).toBe('TOKEN_REVOKED'))
  })

  it('refuses the link of a deactivated account', async () => {
    const { email, userId } = await signUp(test.actor())
    await request(email)
    const token = await tokenFor(test, email, 'reset-password')
    await test.database.client.user.update({ where: { id: userId }, data: { active: false } })
    expect(await reset(token)).toMatchObject({ code: 'INVALID_TOKEN' })
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { makeKey } from '../support/api-keys.ts'
import { mailsTo, tokenFor } from '../support/mails.ts'
import {
  changePasswordDocument,
  confirmEmailChangeDocument,
  logoutDocument,
  requestEmailChangeDocument,
  requestPasswordResetDocument,
  resetPasswordDocument,
  revokeUserSessionsDocument,
  undoEmailChangeDocument,
  verifyEmailDocument,
} from '../support/operations.ts'
import { askAs, askLogin, type SignedIn, signUp, signUpAs, whoIs } from '../support/people.ts'
import { auditOf } from '../support/rows.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ env: { PASSWORD_MAX_AGE_DAYS: '90' } })
})
afterAll(() => test.close())

const newPassword = 'An0ther-horse-battery!'
const day = 86_400

/** An administrator with a verified address and a key that works. */
async function keyOwner(name = 'deploy job') {
  const owner = await signUpAs(test, 'ADMIN')
  await test
    .actor()
    .ask(verifyEmailDocument, { input: { token: await tokenFor(test, owner.email, 'verify-email') } })
  const key = await makeKey(test, owner.accessToken, { name, permissions: ['users:read'] })
  expect(await whoIs(test.actor(), key.secret)).toBe(owner.userId)
  return { owner, key }
}

async function moveTo(owner: SignedIn, newEmail: string): Promise<void> {
  const input = { newEmail, currentPassword: goodPassword }
  await askAs(test, owner, requestEmailChangeDocument, { input })
  const token = await tokenFor(test, newEmail, 'confirm-email')
  expect(await askAs(test, owner, confirmEmailChangeDocument, { input: { token } })).toMatchObject({
    __typename: 'ConfirmEmailChangeSuccess',
  })
}

async function resetByMail(email: string) {
  const token = await tokenFor(test, email, 'reset-password')
  return (await test.actor().ask(resetPasswordDocument, { input: { token, newPassword } })).data.resetPassword
}

const change = (owner: SignedIn, revokeApiKeys?: boolean) =>
  askAs(test, owner, changePasswordDocument, {
    input: { currentPassword: goodPassword, newPassword, revokeApiKeys },
  })

/** The text of the newest mail whose subject matches. */
async function textOf(email: string, subject: RegExp): Promise<string> {
  return (await mailsTo(test, email)).find((mail) => subject.test(mail.subject))?.text ?? ''
}

async function expectEnded(secret: string): Promise<void> {
  expect(await whoIs(test.actor(), secret)).toBe('TOKEN_REVOKED')
}

describe('recovery of an account ends its API keys', () => {
  it('by undoEmailChange, before and after the reset that follows', async () => {
    const { owner, key } = await keyOwner()
    await moveTo(owner, freshEmail('evil'))
    expect(await whoIs(test.actor(), key.secret)).toBe(owner.userId)
    const changed = await textOf(owner.email, /address of your .* was changed/)
    expect(changed).toContain(`still valid: “deploy job” (${key.prefix}…)`)
    const token = await tokenFor(test, owner.email, 'undo-email-change')
    const undone = await test.actor().ask(undoEmailChangeDocument, { input: { token } })
    expect(undone.data.undoEmailChange).toMatchObject({ revokedApiKeys: 1 })
    await expectEnded(key.secret)
    expect(await textOf(owner.email, /Set a new password/)).toContain(
      `revoked: “deploy job” (${key.prefix}…)`,
    )
    expect(await resetByMail(owner.email)).toMatchObject({ revokedApiKeys: 0 })
    await expectEnded(key.secret)
    expect(await auditOf(test.database, owner.userId)).toContainEqual(
      expect.objectContaining({ type: 'API_KEY_REVOKED', reason: 'EMAIL_CHANGE_UNDONE', actorId: null }),
    )
  })

  it('by resetPassword from a mail, although the address was verified before', async () => {
    const { owner, key } = await keyOwner()
    const expired = await makeKey(test, owner.accessToken, {
      name: 'gone',
      expiresAt: new Date(test.clock.now().getTime() + 1000).toISOString(),
    })
    test.clock.advance(2)
    await test.actor().ask(requestPasswordResetDocument, { input: { email: owner.email } })
    expect(await resetByMail(owner.email)).toMatchObject({ revokedApiKeys: 1 })
    await expectEnded(key.secret)
    const mail = await textOf(owner.email, /was changed/)
    expect(mail).toContain(`revoked: “deploy job” (${key.prefix}…)`)
    expect(mail).not.toContain(expired.prefix)
  })

  it("by an administrator's revokeUserSessions", async () => {
    const { owner, key } = await keyOwner()
    const administrator = await signUpAs(test, 'ADMIN')
    const input = { userId: owner.userId, reason: 'stolen laptop' }
    await askAs(test, administrator, revokeUserSessionsDocument, { input })
    await expectEnded(key.secret)
    expect(await auditOf(test.database, owner.userId)).toContainEqual(
      expect.objectContaining({
        type: 'API_KEY_REVOKED',
        reason: 'stolen laptop',
        actorId: administrator.userId,
        details: { revokedApiKeys: 1 },
      }),
    )
  })

  it('by changePassword with revokeApiKeys, and only then', async () => {
    const asked = await keyOwner()
    expect(await change(asked.owner, true)).toMatchObject({ revokedApiKeys: 1 })
    await expectEnded(asked.key.secret)
    expect(await textOf(asked.owner.email, /was changed/)).toContain('revoked: “deploy job”')
    const kept = await keyOwner()
    expect(await change(kept.owner)).toMatchObject({ revokedApiKeys: 0 })
    expect(await whoIs(test.actor(), kept.key.secret)).toBe(kept.owner.userId)
    expect(await textOf(kept.owner.email, /was changed/)).toContain(
      `still valid: “deploy job” (${kept.key.prefix}…)`,
    )
  })
})

describe('API keys stay valid', () => {
  it('after logout(allDevices), which reports how many remain', async () => {
    const { owner, key } = await keyOwner()
    const bearer = Actor.bearer(owner.accessToken)
    const out = await test.actor().ask(logoutDocument, { input: { allDevices: true } }, bearer)
    expect(out.data.logout).toMatchObject({ remainingApiKeys: 1 })
    expect(await whoIs(test.actor(), key.secret)).toBe(owner.userId)
    const again = await test.actor().ask(logoutDocument, { input: { allDevices: true } }, bearer)
    expect(again.data.logout).toMatchObject({ revokedSessions: 0, remainingApiKeys: 0 })
  })

  it('after a reset with the token that login returns for an expired password', async () => {
    const { owner, key } = await keyOwner()
    test.clock.advance(91 * day)
    const refused = await test
      .actor()
      .ask(
        `mutation ($input: LoginInput!) { login(input: $input) { ... on PasswordExpired { resetToken } } }`,
        { input: { identifier: owner.email, password: goodPassword } },
      )
    const input = { token: refused.data.login.resetToken, newPassword }
    const reset = await test.actor().ask(resetPasswordDocument, { input })
    expect(reset.data.resetPassword).toMatchObject({ revokedApiKeys: 0 })
    expect(await whoIs(test.actor(), key.secret)).toBe(owner.userId)
    expect(await textOf(owner.email, /was changed/)).toContain(`still valid: “deploy job” (${key.prefix}…)`)
    expect(await askLogin(test.actor(), owner.email, { password: newPassword })).toMatchObject({
      __typename: 'LoginSuccess',
    })
  })
})

describe('mails name API keys', () => {
  it.each(['Call +1 900 555 0100', 'see evil.example', '<b>urgent</b>', `Dear owner ${'x'.repeat(60)}`])(
    'without a name that addresses the owner: %s',
    async (name) => {
      const { owner, key } = await keyOwner(name)
      await change(owner)
      const mail = await textOf(owner.email, /was changed/)
      expect(mail).toContain(`still valid: ${key.prefix}…`)
      expect(mail).not.toContain(name)
    },
  )

  it('without names as long as the address is not verified', async () => {
    const owner = await signUpAs(test, 'ADMIN')
    const key = await makeKey(test, owner.accessToken, { name: 'deploy job' })
    await change(owner)
    expect(await textOf(owner.email, /was changed/)).toContain(`still valid: ${key.prefix}…`)
  })

  it('ten at most', async () => {
    const { owner } = await keyOwner('key 0')
    for (let n = 1; n < 12; n += 1) await makeKey(test, owner.accessToken, { name: `key ${n}` })
    await change(owner)
    const mail = await textOf(owner.email, /was changed/)
    expect(mail).toMatch(/“key 9” \(\S+…\) and 2 more/)
    expect(mail).not.toContain('“key 10”')
  })

  it('and nothing if there is none', async () => {
    const owner = await signUp(test.actor())
    await change(owner)
    expect(await textOf(owner.email, /was changed/)).not.toContain('API key')
  })
})

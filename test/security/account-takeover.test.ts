import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PasswordHasher } from '../../src/domain/passwords/password-hasher.ts'
import { Actor } from '../support/actor.ts'
import { agents } from '../support/devices.ts'
import { tokenFor } from '../support/mails.ts'
import {
  changePasswordDocument,
  confirmEmailChangeDocument,
  deleteAccountDocument,
  denyRegistrationDocument,
  logoutDocument,
  registerDocument,
  reportUnrecognizedSessionDocument,
  requestEmailChangeDocument,
  requestPasswordResetDocument,
  resetPasswordDocument,
  undoEmailChangeDocument,
  verifyEmailDocument,
} from '../support/operations.ts'
import { askLogin, signIn, signUp, whoIs } from '../support/people.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

const newPassword = 'An0ther-horse-battery!'
let test: TestApp
/** Runs between the comparison of a password and the use of its result. */
let meanwhile: () => Promise<void> = async () => undefined

beforeAll(async () => {
  test = await createTestApp({
    env: { PASSWORD_MAX_AGE_DAYS: '90' },
    infrastructure: (opened) => ({ ...opened, hasher: interrupted(opened.hasher) }),
  })
})
afterAll(() => test.close())

function interrupted(hasher: PasswordHasher): PasswordHasher {
  return {
    ...hasher,
    async verify(password, stored, deadline) {
      const matches = await hasher.verify(password, stored, deadline)
      await meanwhile()
      return matches
    },
  }
}

async function requestEmailChange(actor: Actor, accessToken: string, newEmail: string) {
  const input = { newEmail, currentPassword: goodPassword }
  return actor.ask(requestEmailChangeDocument, { input }, Actor.bearer(accessToken))
}

async function confirm(accessToken: string, token: string) {
  const bearer = Actor.bearer(accessToken)
  return (await test.actor().ask(confirmEmailChangeDocument, { input: { token } }, bearer)).data
    .confirmEmailChange
}

async function reset(token: string) {
  const input = { token, newPassword: 'Th1rd-horse-battery!!' }
  return (await test.actor().ask(resetPasswordDocument, { input })).data.resetPassword
}

async function verifyEmail(email: string) {
  return test
    .actor()
    .ask(verifyEmailDocument, { input: { token: await tokenFor(test, email, 'verify-email') } })
}

describe('a thief who knew the password', () => {
  it('has no pending link left once it was changed', async () => {
    const thief = test.actor()
    const { email, accessToken } = await signUp(thief)
    const evil = freshEmail('evil')
    await requestEmailChange(thief, accessToken, evil)
    await test.actor().ask(requestPasswordResetDocument, { input: { email } })
    const change = await tokenFor(test, evil, 'confirm-email')
    const resetting = await tokenFor(test, email, 'reset-password')
    const owner = await signIn(test.actor(), email)
    const input = { currentPassword: goodPassword, newPassword }
    const changed = await test.actor().ask(changePasswordDocument, { input }, Actor.bearer(owner.accessToken))
    expect(changed.data.changePassword).toMatchObject({ __typename: 'ChangePasswordSuccess' })
    const { accessToken: current } = changed.data.changePassword.tokens
    expect(await confirm(current, change)).toMatchObject({ code: 'INVALID_TOKEN' })
    expect(await reset(resetting)).toMatchObject({ code: 'INVALID_TOKEN' })
  })

  it.each([
    ['ask for another address', requestEmailChangeDocument, { newEmail: freshEmail('evil') }],
    ['delete the account', deleteAccountDocument, {}],
  ])('cannot %s with an old password that was compared before the change', async (_what, document, more) => {
    const thief = test.actor()
    const { userId, accessToken } = await signUp(thief)
    meanwhile = async () => {
      await test.database.client.user.update({
        where: { id: userId },
        data: { tokenVersion: { increment: 1 } },
      })
    }
    const input = { currentPassword: goodPassword, ...more }
    const answer = await thief.ask(document, { input }, Actor.bearer(accessToken))
    meanwhile = async () => undefined
    expect(answer.errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED', reason: 'TOKEN_REVOKED' } },
    ])
    expect(await test.database.client.user.count({ where: { id: userId } })).toBe(1)
    expect(
      await test.database.client.oneTimeToken.count({ where: { userId, purpose: 'CHANGE_EMAIL' } }),
    ).toBe(0)
  })

  it('holds no link that signs the owner out once they have restored their address', async () => {
    const thief = test.actor()
    const { email, accessToken } = await signUp(thief)
    const evil = freshEmail('evil')
    await requestEmailChange(thief, accessToken, evil)
    await confirm(accessToken, await tokenFor(test, evil, 'confirm-email'))
    await signIn(test.actor({ 'user-agent': agents.curl }), evil)
    const input = { token: await tokenFor(test, evil, 'report-session') }
    await test
      .actor()
      .ask(undoEmailChangeDocument, { input: { token: await tokenFor(test, email, 'undo-email-change') } })
    expect(await reset(await tokenFor(test, email, 'reset-password'))).toMatchObject({
      __typename: 'ResetPasswordSuccess',
    })
    const reported = await test.actor().ask(reportUnrecognizedSessionDocument, { input })
    expect(reported.data.reportUnrecognizedSession).toMatchObject({ code: 'INVALID_TOKEN' })
  })

  it('gets no reset token for an expired password that was changed while it was compared', async () => {
    const { email, userId } = await signUp(test.actor())
    const { client } = test.database
    await client.password.update({ where: { userId }, data: { changedAt: new Date(0) } })
    meanwhile = async () => {
      await client.user.update({ where: { id: userId }, data: { tokenVersion: { increment: 1 } } })
    }
    const answer = await askLogin(test.actor(), email)
    meanwhile = async () => undefined
    expect(answer).toMatchObject({ code: 'INVALID_CREDENTIALS' })
    expect(await client.oneTimeToken.count({ where: { userId, purpose: 'RESET_PASSWORD' } })).toBe(0)
  })

  it('signs no one out with the access token of a session that a password reset ended', async () => {
    const thief = test.actor()
    const { email, accessToken } = await signUp(thief)
    await test.actor().ask(requestPasswordResetDocument, { input: { email } })
    await reset(await tokenFor(test, email, 'reset-password'))
    const owner = await signIn(test.actor(), email, { password: 'Th1rd-horse-battery!!' })
    const input = { allDevices: true }
    const out = await thief.ask(logoutDocument, { input }, Actor.bearer(accessToken))
    expect(out.data.logout).toMatchObject({ revokedSessions: 0 })
    expect(await whoIs(test.actor(), owner.accessToken)).toBe(owner.userId)
  })
})

describe('a stranger who registered an address of another person', () => {
  it('does not verify it with a token that was never mailed', async () => {
    const { email, userId } = await signUp(test.actor())
    const { client } = test.database
    await client.password.update({ where: { userId }, data: { changedAt: new Date(0) } })
    const document = `mutation ($input: LoginInput!) { login(input: $input) { ... on PasswordExpired { resetToken } } }`
    const input = { identifier: email, password: goodPassword }
    const { login } = (await test.actor().ask(document, { input })).data
    expect(await reset(login.resetToken)).toMatchObject({ __typename: 'ResetPasswordSuccess' })
    expect(await client.user.findUnique({ where: { id: userId } })).toMatchObject({ emailVerifiedAt: null })
    const deny = await tokenFor(test, email, 'deny-registration')
    const denied = await test.actor().ask(denyRegistrationDocument, { input: { token: deny } })
    expect(denied.data.denyRegistration).toMatchObject({ __typename: 'DenyRegistrationSuccess' })
  })

  it('loses the account to the owner of the address after changing to another address', async () => {
    const stranger = test.actor()
    const { email, accessToken, userId } = await signUp(stranger)
    const evil = freshEmail('evil')
    await requestEmailChange(stranger, accessToken, evil)
    await confirm(accessToken, await tokenFor(test, evil, 'confirm-email'))
    const token = await tokenFor(test, email, 'undo-email-change')
    await test.actor().ask(undoEmailChangeDocument, { input: { token } })
    for (const identifier of [email, evil]) {
      expect(await askLogin(stranger, identifier)).toMatchObject({ code: 'INVALID_CREDENTIALS' })
    }
    expect(await reset(await tokenFor(test, email, 'reset-password'))).toMatchObject({ revokedSessions: 0 })
    const owner = await signIn(test.actor(), email, { password: 'Th1rd-horse-battery!!' })
    expect(owner.userId).toBe(userId)
  })
})

describe('two links at once', () => {
  it('of one registration: exactly one works, and neither causes an internal error', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { email } = await signUp(test.actor())
      const verify = await tokenFor(test, email, 'verify-email')
      const deny = await tokenFor(test, email, 'deny-registration')
      const [verified, denied] = await Promise.all([
        test.actor().ask(verifyEmailDocument, { input: { token: verify } }),
        test.actor().ask(denyRegistrationDocument, { input: { token: deny } }),
      ])
      expect([...verified.errors, ...denied.errors]).toEqual([])
      const names = [verified.data.verifyEmail.__typename, denied.data.denyRegistration.__typename]
      expect(names.filter((name) => name === 'InvalidTokenProblem')).toHaveLength(1)
    }
  })

  it('that confirm and undo a change of address cause no internal error', async () => {
    for (let round = 0; round < 3; round += 1) {
      const actor = test.actor()
      const { email, accessToken } = await signUp(actor)
      await verifyEmail(email)
      const [second, third] = [freshEmail('second'), freshEmail('third')]
      await requestEmailChange(actor, accessToken, second)
      await confirm(accessToken, await tokenFor(test, second, 'confirm-email'))
      await requestEmailChange(actor, accessToken, third)
      const [confirmed, undone] = await Promise.all([
        test
          .actor()
          .ask(
            confirmEmailChangeDocument,
            { input: { token: await tokenFor(test, third, 'confirm-email') } },
            Actor.bearer(accessToken),
          ),
        test.actor().ask(undoEmailChangeDocument, {
          input: { token: await tokenFor(test, email, 'undo-email-change') },
        }),
      ])
      // If the way back is first, the session that confirms has ended.
      const codes = confirmed.errors.map(({ extensions }) => extensions.code)
      expect(codes.filter((code) => code !== 'UNAUTHENTICATED')).toEqual([])
      expect(undone.errors).toEqual([])
      expect(undone.data.undoEmailChange).toMatchObject({ __typename: 'UndoEmailChangeSuccess' })
    }
  })
})

describe('an address that its owner gives up', () => {
  it('cannot be registered during the change', async () => {
    for (let round = 0; round < 6; round += 1) {
      const actor = test.actor()
      const { email, accessToken } = await signUp(actor)
      await verifyEmail(email)
      const next = freshEmail('next')
      await requestEmailChange(actor, accessToken, next)
      const token = await tokenFor(test, next, 'confirm-email')
      const take = () => test.actor().ask(registerDocument, { input: { email, password: goodPassword } })
      const [changed, ...taken] = await Promise.all([
        confirm(accessToken, token),
        take(),
        take(),
        take(),
        take(),
      ])
      expect(changed).toMatchObject({ __typename: 'ConfirmEmailChangeSuccess' })
      for (const answer of taken) expect(answer.data.register).toMatchObject({ code: 'EMAIL_TAKEN' })
    }
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { mailsTo, tokenFor } from '../support/mails.ts'
import {
  confirmEmailChangeDocument,
  denyRegistrationDocument,
  registerDocument,
  requestEmailChangeDocument,
  requestPasswordResetDocument,
  resetPasswordDocument,
  undoEmailChangeDocument,
  verifyEmailDocument,
} from '../support/operations.ts'
import { askLogin, signIn, signUp, whoIs } from '../support/people.ts'
import { untilPolled } from '../support/revocation-polls.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

async function request(actor: Actor, accessToken: string, newEmail: string, currentPassword = goodPassword) {
  const input = { newEmail, currentPassword }
  const answer = await actor.ask(requestEmailChangeDocument, { input }, Actor.bearer(accessToken))
  expect(answer.errors).toEqual([])
  return answer.data.requestEmailChange
}

async function confirm(accessToken: string, token: string) {
  const bearer = Actor.bearer(accessToken)
  const answer = await test.actor().ask(confirmEmailChangeDocument, { input: { token } }, bearer)
  expect(answer.errors).toEqual([])
  return answer.data.confirmEmailChange
}

async function reset(token: string) {
  const input = { token, newPassword: 'An0ther-horse-battery!' }
  return (await test.actor().ask(resetPasswordDocument, { input })).data.resetPassword
}

async function undo(token: string) {
  return (await test.actor().ask(undoEmailChangeDocument, { input: { token } })).data.undoEmailChange
}

/** Changes the address of a user. */
async function move(actor: Actor, accessToken: string, newEmail: string): Promise<void> {
  await request(actor, accessToken, newEmail)
  expect(await confirm(accessToken, await tokenFor(test, newEmail, 'confirm-email'))).toMatchObject({
    __typename: 'ConfirmEmailChangeSuccess',
  })
}

describe('requestEmailChange and confirmEmailChange', () => {
  it('changes the address once the new one has confirmed, and notifies the old one', async () => {
    const actor = test.actor()
    const { email, accessToken } = await signUp(actor)
    const newEmail = freshEmail('new')
    expect(await request(actor, accessToken, newEmail.toUpperCase())).toEqual({
      __typename: 'RequestEmailChangeSuccess',
      newEmail,
    })
    expect(await askLogin(test.actor(), email)).toMatchObject({ __typename: 'LoginSuccess' })
    const token = await tokenFor(test, newEmail, 'confirm-email')
    expect(await confirm(accessToken, token)).toMatchObject({
      user: { email: newEmail, emailVerified: true },
    })
    expect(await confirm(accessToken, token)).toMatchObject({ code: 'INVALID_TOKEN' })
    expect(await askLogin(test.actor(), newEmail)).toMatchObject({ __typename: 'LoginSuccess' })
    expect(await tokenFor(test, email, 'undo-email-change')).toMatch(/^gho_/)
  })

  it('requires a session of the account that requested the change', async () => {
    const actor = test.actor()
    const { email, accessToken } = await signUp(actor)
    const newEmail = freshEmail('stranger')
    await request(actor, accessToken, newEmail)
    const token = await tokenFor(test, newEmail, 'confirm-email')
    const stranger = await test.actor().ask(confirmEmailChangeDocument, { input: { token } })
    expect(stranger.data).toEqual({ confirmEmailChange: null })
    expect(stranger.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    const other = await signUp(test.actor())
    expect(await confirm(other.accessToken, token)).toMatchObject({ code: 'INVALID_TOKEN' })
    for (const identifier of [email, other.email]) {
      expect(await askLogin(test.actor(), identifier)).toMatchObject({ __typename: 'LoginSuccess' })
    }
    expect(await confirm(accessToken, token)).toMatchObject({ user: { email: newEmail } })
  })

  it('is refused inside the transaction if the session has ended since', async () => {
    const actor = test.actor()
    const { email, accessToken, sessionId, userId } = await signUp(actor)
    const newEmail = freshEmail('late')
    await request(actor, accessToken, newEmail)
    const token = await tokenFor(test, newEmail, 'confirm-email')
    const { client } = test.database
    const attempts = [
      () => client.session.update({ where: { id: sessionId }, data: { revokedAt: test.clock.now() } }),
      () => client.user.update({ where: { id: userId }, data: { tokenVersion: { increment: 1 } } }),
    ]
    for (const end of attempts) {
      await end()
      const refused = await actor.ask(
        confirmEmailChangeDocument,
        { input: { token } },
        Actor.bearer(accessToken),
      )
      expect(refused.errors).toMatchObject([{ extensions: { reason: 'TOKEN_REVOKED' } }])
      await client.session.update({ where: { id: sessionId }, data: { revokedAt: null } })
    }
    expect(await client.user.findUnique({ where: { id: userId } })).toMatchObject({ email })
  })

  it('voids every link that was mailed to the old address', async () => {
    const actor = test.actor()
    const { email, accessToken, userId } = await signUp(actor)
    await test.actor().ask(requestPasswordResetDocument, { input: { email } })
    const links = {
      reset: await tokenFor(test, email, 'reset-password'),
      verify: await tokenFor(test, email, 'verify-email'),
      deny: await tokenFor(test, email, 'deny-registration'),
    }
    const newEmail = freshEmail('new')
    await move(actor, accessToken, newEmail)
    expect(await reset(links.reset)).toMatchObject({ code: 'INVALID_TOKEN' })
    const verified = await test.actor().ask(verifyEmailDocument, { input: { token: links.verify } })
    expect(verified.data.verifyEmail).toMatchObject({ code: 'INVALID_TOKEN' })
    const denied = await test.actor().ask(denyRegistrationDocument, { input: { token: links.deny } })
    expect(denied.data.denyRegistration).toMatchObject({ code: 'INVALID_TOKEN' })
    expect(await askLogin(test.actor(), newEmail)).toMatchObject({ user: { id: userId } })
  })

  it('voids an older link to yet another new address', async () => {
    const actor = test.actor()
    const { email, accessToken } = await signUp(actor)
    const [first, second] = [freshEmail('first'), freshEmail('second')]
    await request(actor, accessToken, first)
    const older = await tokenFor(test, first, 'confirm-email')
    await request(actor, accessToken, second)
    expect(await confirm(accessToken, older)).toMatchObject({ code: 'INVALID_TOKEN' })
    expect(await askLogin(test.actor(), email)).toMatchObject({ __typename: 'LoginSuccess' })
  })

  it('requires the password, and another address than the present one', async () => {
    const actor = test.actor()
    const { email, accessToken } = await signUp(actor)
    expect(await request(actor, accessToken, freshEmail(), 'Wr0ng-horse!')).toMatchObject({
      code: 'INVALID_CREDENTIALS',
    })
    expect(await request(actor, accessToken, email)).toMatchObject({
      issues: [{ path: ['newEmail'], code: 'UNCHANGED' }],
    })
    expect(await request(actor, accessToken, 'nonsense')).toMatchObject({
      issues: [{ path: ['newEmail'], code: 'INVALID_EMAIL' }],
    })
  })

  it('returns the same for an address that has an account, and mails no one', async () => {
    const taken = await signUp(test.actor())
    const actor = test.actor()
    const { accessToken, email } = await signUp(actor)
    const before = await mailsTo(test, taken.email)
    const own = await mailsTo(test, email)
    expect([before.length, own.length]).toEqual([1, 1])
    expect(await request(actor, accessToken, taken.email)).toEqual({
      __typename: 'RequestEmailChangeSuccess',
      newEmail: taken.email,
    })
    expect(await mailsTo(test, taken.email)).toEqual(before)
    expect(await mailsTo(test, email)).toEqual(own)
    const free = freshEmail('free')
    expect(await request(actor, accessToken, free)).toMatchObject({
      __typename: 'RequestEmailChangeSuccess',
    })
    expect(await mailsTo(test, free)).toHaveLength(1)
  })

  it('returns EMAIL_TAKEN if the address was registered before the confirmation, and keeps the old address', async () => {
    const actor = test.actor()
    const { accessToken, email } = await signUp(actor)
    const newEmail = freshEmail('late')
    await request(actor, accessToken, newEmail)
    const token = await tokenFor(test, newEmail, 'confirm-email')
    await signUp(test.actor(), { email: newEmail })
    expect(await confirm(accessToken, token)).toMatchObject({ code: 'EMAIL_TAKEN' })
    expect(await askLogin(test.actor(), email)).toMatchObject({ __typename: 'LoginSuccess' })
  })

  it('reserves the old address against changes to it for a week', async () => {
    const actor = test.actor()
    const { email, accessToken } = await signUp(actor)
    await move(actor, accessToken, freshEmail('moved'))
    const bob = await signUp(test.actor())
    const before = await mailsTo(test, email)
    expect(before).not.toEqual([])
    expect(await request(bob.actor, bob.accessToken, email)).toMatchObject({
      __typename: 'RequestEmailChangeSuccess',
    })
    expect(await mailsTo(test, email)).toEqual(before)
    test.clock.advance(7 * 86_400 + 1)
    const later = await signIn(bob.actor, bob.email)
    await move(bob.actor, later.accessToken, email)
    expect(await askLogin(test.actor(), email)).toMatchObject({ user: { id: bob.userId } })
  })

  it('refuses the link to an address that was reserved for another user after the request', async () => {
    const bob = await signUp(test.actor())
    const email = freshEmail('contested')
    await request(bob.actor, bob.accessToken, email)
    const token = await tokenFor(test, email, 'confirm-email')
    const ada = await signUp(test.actor(), { email })
    await move(ada.actor, ada.accessToken, freshEmail('moved'))
    expect(await confirm(bob.accessToken, token)).toMatchObject({ code: 'EMAIL_TAKEN' })
    expect(await askLogin(test.actor(), bob.email)).toMatchObject({ user: { id: bob.userId } })
  })

  it('reserves the old address against registrations for a week', async () => {
    const actor = test.actor()
    const { email, accessToken } = await signUp(actor)
    await move(actor, accessToken, freshEmail('moved'))
    const register = async () =>
      (await test.actor().ask(registerDocument, { input: { email, password: goodPassword } })).data.register
    expect(await register()).toMatchObject({ code: 'EMAIL_TAKEN' })
    test.clock.advance(7 * 86_400 + 1)
    expect(await register()).toMatchObject({ __typename: 'RegisterSuccess' })
  })
})

describe('undoEmailChange', () => {
  it('restores the old address, ends every session and mails a link for a new password', async () => {
    await untilPolled(test)
    const thief = test.actor()
    const { email, accessToken } = await signUp(thief)
    const evil = freshEmail('evil')
    await move(thief, accessToken, evil)
    const token = await tokenFor(test, email, 'undo-email-change')
    await test.actor().ask(requestPasswordResetDocument, { input: { email: evil } })
    const mailedToThief = await tokenFor(test, evil, 'reset-password')
    expect(await undo(token)).toEqual({
      __typename: 'UndoEmailChangeSuccess',
      revokedSessions: 1,
      revokedApiKeys: 0,
    })
    expect(await whoIs(thief, accessToken)).toBe('TOKEN_REVOKED')
    expect(await askLogin(thief, evil)).toMatchObject({ code: 'INVALID_CREDENTIALS' })
    expect(await askLogin(thief, email)).toMatchObject({ code: 'INVALID_CREDENTIALS' })
    expect(await reset(mailedToThief)).toMatchObject({ code: 'INVALID_TOKEN' })
    expect(await undo(token)).toMatchObject({ code: 'INVALID_TOKEN' })
    expect(await reset(await tokenFor(test, email, 'reset-password'))).toMatchObject({
      __typename: 'ResetPasswordSuccess',
    })
  })

  it('still works for the first owner when the address was changed twice, and not for the second', async () => {
    const thief = test.actor()
    const { email, accessToken } = await signUp(thief)
    const second = freshEmail('second')
    await move(thief, accessToken, second)
    await move(thief, accessToken, freshEmail('third'))
    const owners = await tokenFor(test, email, 'undo-email-change')
    const thiefs = await tokenFor(test, second, 'undo-email-change')
    expect(await undo(owners)).toMatchObject({ __typename: 'UndoEmailChangeSuccess' })
    expect(await undo(thiefs)).toMatchObject({ code: 'INVALID_TOKEN' })
    expect(await tokenFor(test, email, 'reset-password')).toMatch(/^gho_/)
  })

  it('still works for the first owner if the second link was followed before, and the address stays reserved', async () => {
    const thief = test.actor()
    const { email, accessToken } = await signUp(thief)
    const second = freshEmail('second')
    await move(thief, accessToken, second)
    await move(thief, accessToken, freshEmail('third'))
    const owners = await tokenFor(test, email, 'undo-email-change')
    const thiefs = await tokenFor(test, second, 'undo-email-change')
    expect(await undo(thiefs)).toMatchObject({ __typename: 'UndoEmailChangeSuccess' })
    const input = { email, password: goodPassword }
    const registered = await test.actor().ask(registerDocument, { input })
    expect(registered.data.register).toMatchObject({ code: 'EMAIL_TAKEN' })
    expect(await undo(owners)).toMatchObject({ __typename: 'UndoEmailChangeSuccess' })
    expect(await reset(await tokenFor(test, email, 'reset-password'))).toMatchObject({
      __typename: 'ResetPasswordSuccess',
    })
  })

  it('expires after a week', async () => {
    const actor = test.actor()
    const { email, accessToken } = await signUp(actor)
    await move(actor, accessToken, freshEmail('kept'))
    const token = await tokenFor(test, email, 'undo-email-change')
    test.clock.advance(7 * 86_400 + 1)
    expect(await undo(token)).toMatchObject({ code: 'INVALID_TOKEN' })
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { tokenFor } from '../support/mails.ts'
import {
  confirmEmailChangeDocument,
  registerDocument,
  requestEmailChangeDocument,
  requestPasswordResetDocument,
  undoEmailChangeDocument,
} from '../support/operations.ts'
import { askLogin, signUp, whoIs } from '../support/people.ts'
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

async function confirm(token: string) {
  return (await test.actor().ask(confirmEmailChangeDocument, { input: { token } })).data.confirmEmailChange
}

async function undo(token: string) {
  return (await test.actor().ask(undoEmailChangeDocument, { input: { token } })).data.undoEmailChange
}

/** Moves somebody to another address. */
async function move(actor: Actor, accessToken: string, newEmail: string): Promise<void> {
  await request(actor, accessToken, newEmail)
  expect(await confirm(await tokenFor(test, newEmail, 'confirm-email'))).toMatchObject({
    __typename: 'ConfirmEmailChangeSuccess',
  })
}

describe('requestEmailChange and confirmEmailChange', () => {
  it('changes the address once the new one has confirmed, and tells the old one', async () => {
    const actor = test.actor()
    const { email, accessToken } = await signUp(actor)
    const newEmail = freshEmail('new')
    expect(await request(actor, accessToken, newEmail.toUpperCase())).toEqual({
      __typename: 'RequestEmailChangeSuccess',
      newEmail,
    })
    expect(await askLogin(test.actor(), email)).toMatchObject({ __typename: 'LoginSuccess' })
    const token = await tokenFor(test, newEmail, 'confirm-email')
    expect(await confirm(token)).toMatchObject({ user: { email: newEmail, emailVerified: true } })
    expect(await confirm(token)).toMatchObject({ code: 'INVALID_TOKEN' })
    expect(await askLogin(test.actor(), newEmail)).toMatchObject({ __typename: 'LoginSuccess' })
    expect(await tokenFor(test, email, 'undo-email-change')).toMatch(/^gho_/)
  })

  it('wants the password, and another address than the present one', async () => {
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

  it('answers alike for an address that has an account, and mails nobody', async () => {
    const taken = await signUp(test.actor())
    await test.deliverMail()
    const before = test.mailbox.length
    const actor = test.actor()
    const { accessToken, email } = await signUp(actor)
    expect(await request(actor, accessToken, taken.email)).toMatchObject({
      __typename: 'RequestEmailChangeSuccess',
    })
    await test.deliverMail()
    const mails = test.mailbox.slice(0, test.mailbox.length - before)
    expect(mails.every(({ to }) => to.includes(email))).toBe(true)
  })

  it('answers EMAIL_TAKEN to whoever confirms too late, and keeps his address', async () => {
    const actor = test.actor()
    const { accessToken, email } = await signUp(actor)
    const newEmail = freshEmail('late')
    await request(actor, accessToken, newEmail)
    const token = await tokenFor(test, newEmail, 'confirm-email')
    await signUp(test.actor(), { email: newEmail })
    expect(await confirm(token)).toMatchObject({ code: 'EMAIL_TAKEN' })
    expect(await askLogin(test.actor(), email)).toMatchObject({ __typename: 'LoginSuccess' })
  })

  it('keeps the old address from everybody else for a week', async () => {
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
    const thief = test.actor()
    const { email, accessToken } = await signUp(thief)
    const evil = freshEmail('evil')
    await move(thief, accessToken, evil)
    const token = await tokenFor(test, email, 'undo-email-change')
    await test.actor().ask(requestPasswordResetDocument, { input: { email: evil } })
    expect(await undo(token)).toEqual({ __typename: 'UndoEmailChangeSuccess', revokedSessions: 1 })
    expect(await whoIs(thief, accessToken)).toBe('TOKEN_REVOKED')
    expect(await askLogin(thief, evil)).toMatchObject({ code: 'INVALID_CREDENTIALS' })
    expect(await askLogin(thief, email)).toMatchObject({ code: 'INVALID_CREDENTIALS' })
    expect(await tokenFor(test, email, 'reset-password')).toMatch(/^gho_/)
    expect(await undo(token)).toMatchObject({ code: 'INVALID_TOKEN' })
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

  it('is over after a week', async () => {
    const actor = test.actor()
    const { email, accessToken } = await signUp(actor)
    await move(actor, accessToken, freshEmail('kept'))
    const token = await tokenFor(test, email, 'undo-email-change')
    test.clock.advance(7 * 86_400 + 1)
    expect(await undo(token)).toMatchObject({ code: 'INVALID_TOKEN' })
  })
})

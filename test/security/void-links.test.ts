import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { tokenFor } from '../support/mails.ts'
import {
  changePasswordDocument,
  confirmEmailChangeDocument,
  requestEmailChangeDocument,
  requestPasswordResetDocument,
  resetPasswordDocument,
} from '../support/operations.ts'
import { askAs, type SignedIn, signIn, signUp } from '../support/people.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

const newPassword = 'An0ther-horse-battery!'

async function reset(token: string) {
  return (await test.actor().ask(resetPasswordDocument, { input: { token, newPassword } })).data.resetPassword
}

async function resetLink(email: string): Promise<string> {
  await test.actor().ask(requestPasswordResetDocument, { input: { email } })
  return tokenFor(test, email, 'reset-password')
}

/** Someone who knew the password has asked for another address; the link is in their mailbox. */
async function changeLink(viewer: SignedIn): Promise<string> {
  const newEmail = freshEmail('stranger')
  await askAs(test, viewer, requestEmailChangeDocument, {
    input: { newEmail, currentPassword: goodPassword },
  })
  return tokenFor(test, newEmail, 'confirm-email')
}

async function confirmAs(email: string, token: string): Promise<unknown> {
  const { accessToken } = await signIn(test.actor(), email, { password: newPassword })
  const bearer = Actor.bearer(accessToken)
  return (await test.actor().ask(confirmEmailChangeDocument, { input: { token } }, bearer)).data
    .confirmEmailChange
}

describe('links that were mailed before the password was changed', () => {
  it('change no address after resetPassword', async () => {
    const ada = await signUp(test.actor())
    const link = await changeLink(ada)
    expect(await reset(await resetLink(ada.email))).toMatchObject({ __typename: 'ResetPasswordSuccess' })
    expect(await confirmAs(ada.email, link)).toMatchObject({ code: 'INVALID_TOKEN' })
  })

  it('change neither address nor password after changePassword', async () => {
    const ada = await signUp(test.actor())
    const links = { change: await changeLink(ada), reset: await resetLink(ada.email) }
    const input = { currentPassword: goodPassword, newPassword }
    expect(await askAs(test, ada, changePasswordDocument, { input })).toMatchObject({
      __typename: 'ChangePasswordSuccess',
    })
    expect(await confirmAs(ada.email, links.change)).toMatchObject({ code: 'INVALID_TOKEN' })
    expect(await reset(links.reset)).toMatchObject({ code: 'INVALID_TOKEN' })
  })
})

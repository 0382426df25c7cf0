import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resetPasswordDocument } from '../support/operations.ts'
import { askLogin, signUp } from '../support/people.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ env: { PASSWORD_MAX_AGE_DAYS: '90' } })
})
afterAll(() => test.close())

const loginDocument = `
  mutation LoginWithOldPassword($input: LoginInput!) {
    login(input: $input) { __typename ... on PasswordExpired { resetToken expiresAt } }
  }
`

describe('login with a password past its age', () => {
  it('begins no session and hands out a token that sets a new password', async () => {
    const { email } = await signUp(test.actor())
    test.clock.advance(91 * 86_400)
    expect(await askLogin(test.actor(), email, { password: 'Wr0ng-horse-battery!' })).toMatchObject({
      code: 'INVALID_CREDENTIALS',
    })
    const input = { identifier: email, password: 'Corr3ct-horse-battery!' }
    const { login } = (await test.actor().ask(loginDocument, { input })).data
    expect(login).toMatchObject({ __typename: 'PasswordExpired' })
    const reset = { token: login.resetToken, newPassword: 'An0ther-horse-battery!' }
    const answer = await test.actor().ask(resetPasswordDocument, { input: reset })
    expect(answer.data.resetPassword).toMatchObject({ __typename: 'ResetPasswordSuccess' })
    expect(await askLogin(test.actor(), email, { password: 'An0ther-horse-battery!' })).toMatchObject({
      __typename: 'LoginSuccess',
    })
  })
})

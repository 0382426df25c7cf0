import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { reasonOf } from '../support/answers.ts'
import { tokenFor } from '../support/mails.ts'
import {
  checkPasswordStrengthDocument,
  registerDocument,
  requestPasswordResetDocument,
  resetPasswordDocument,
} from '../support/operations.ts'
import { signUp } from '../support/people.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ passwordScorer: 'zxcvbn' })
})
afterAll(() => test.close())

/** What takes the scorer longest, and words that occur in it. */
const costly = Array.from({ length: 120 }, (_, index) => '@4(13!|$05+7%2'.charAt((index * index) % 14)).join(
  '',
)
const userInputs = Array.from({ length: 20 }, (_, index) => costly.slice(index, index + 20))

describe('strangers who try out passwords in great number', () => {
  it('do not keep anyone from registering or from setting a new password', async () => {
    const { email } = await signUp(test.actor())
    await test.actor().ask(requestPasswordResetDocument, { input: { email } })
    const token = await tokenFor(test, email, 'reset-password')
    const flood = Array.from({ length: 150 }, () =>
      test.actor().ask(checkPasswordStrengthDocument, { input: { password: costly, userInputs } }),
    )
    const [registered, reset] = await Promise.all([
      test.actor().ask(registerDocument, { input: { email: freshEmail(), password: goodPassword } }),
      test.actor().ask(resetPasswordDocument, { input: { token, newPassword: 'An0ther-horse-battery!' } }),
    ])
    expect(registered.data.register).toMatchObject({ __typename: 'RegisterSuccess' })
    expect(reset.data.resetPassword).toMatchObject({ __typename: 'ResetPasswordSuccess' })
    const reasons = (await Promise.all(flood)).map(reasonOf)
    expect(reasons.filter((reason) => reason === 'UNAVAILABLE').length).toBeGreaterThan(100)
  })
})

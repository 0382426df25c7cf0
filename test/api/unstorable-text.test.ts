import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import {
  changePasswordDocument,
  checkPasswordStrengthDocument,
  confirmEmailChangeDocument,
  deleteAccountDocument,
  denyRegistrationDocument,
  loginDocument,
  logoutDocument,
  passwordPolicyDocument,
  refreshDocument,
  registerDocument,
  requestEmailChangeDocument,
  requestPasswordResetDocument,
  resendVerificationEmailDocument,
  resetPasswordDocument,
  revokeSessionDocument,
  sessionsDocument,
  undoEmailChangeDocument,
  updateProfileDocument,
  verifyEmailDocument,
} from '../support/operations.ts'
import { signUp } from '../support/people.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
let accessToken: string
beforeAll(async () => {
  test = await createTestApp()
  accessToken = (await signUp(test.actor())).accessToken
})
afterAll(() => test.close())

describe('text that no database takes', () => {
  const good = { email: 'eve@example.com', password: goodPassword, currentPassword: goodPassword }
  /** Each text that a client may write, where `?` stands, and what goes with it. */
  const places: readonly (readonly [string, (text: string) => Readonly<Record<string, unknown>>])[] = [
    [passwordPolicyDocument, (tenant) => ({ tenant })],
    ...['password', 'tenant'].map(inputOf(checkPasswordStrengthDocument, { password: goodPassword })),
    [checkPasswordStrengthDocument, (text) => ({ input: { password: goodPassword, userInputs: [text] } })],
    ...['email', 'password', 'username', 'firstName', 'lastName', 'phoneNumber', 'locale', 'tenant'].map(
      inputOf(registerDocument, { email: good.email, password: good.password }),
    ),
    ...['identifier', 'password', 'tenant', 'deviceToken'].map(
      inputOf(loginDocument, { identifier: good.email, password: good.password }),
    ),
    [loginDocument, (name) => ({ input: { identifier: 'eve', password: goodPassword, device: { name } } })],
    ...['refreshToken'].map(inputOf(refreshDocument, {})),
    ...['sessionId'].map(inputOf(revokeSessionDocument, {})),
    ...['after', 'before'].map((name) => [sessionsDocument, (text: string) => ({ [name]: text })] as const),
    ...[
      verifyEmailDocument,
      denyRegistrationDocument,
      confirmEmailChangeDocument,
      undoEmailChangeDocument,
    ].map((document) => [document, (token: string) => ({ input: { token } })] as const),
    ...['email', 'tenant'].map(inputOf(resendVerificationEmailDocument, { email: good.email })),
    ...['email', 'tenant'].map(inputOf(requestPasswordResetDocument, { email: good.email })),
    ...['token', 'newPassword'].map(
      inputOf(resetPasswordDocument, { token: 'gho_x', newPassword: goodPassword }),
    ),
    ...['currentPassword', 'newPassword'].map(
      inputOf(changePasswordDocument, { currentPassword: 'Wr0ng-horse!', newPassword: goodPassword }),
    ),
    ...['username', 'firstName', 'lastName', 'phoneNumber', 'locale'].map(inputOf(updateProfileDocument, {})),
    [updateProfileDocument, (text) => ({ input: { preferences: { [text]: text } } })],
    ...['newEmail', 'currentPassword'].map(
      inputOf(requestEmailChangeDocument, { newEmail: good.email, currentPassword: 'Wr0ng-horse!' }),
    ),
    ...['currentPassword'].map(inputOf(deleteAccountDocument, {})),
    [
      'query ($id: ID!) { _entities(representations: [{ __typename: "User", id: $id }]) { __typename } }',
      (id) => ({ id }),
    ],
    // Last, because it ends the session.
    ...['refreshToken'].map(inputOf(logoutDocument, {})),
  ]

  function inputOf(document: string, others: Readonly<Record<string, unknown>>) {
    return (name: string) => [document, (text: string) => ({ input: { ...others, [name]: text } })] as const
  }

  it.each(
    places.map(
      ([document, fill]) =>
        [document.trim().split(/[({]/)[0], JSON.stringify(fill('?')), document, fill] as const,
    ),
  )('is no fault of ours: %s %s', async (_name, _filled, document, fill) => {
    for (const text of ['a\u0000b', 'a\ud800b', '\u0000', 'x'.repeat(5000)]) {
      const answer = await test.actor().ask(document, fill(text), Actor.bearer(accessToken))
      const codes = answer.errors.map(({ extensions }) => extensions.code)
      expect([text, codes]).toEqual([text, codes.filter((code) => code === 'BAD_USER_INPUT')])
    }
  })
})

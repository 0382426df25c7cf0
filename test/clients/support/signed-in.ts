import { expect } from 'vitest'
import type { AuthClientOptions, Transport } from '../../../src/clients/client.ts'
import { freshEmail, goodPassword, type TestApp } from '../../support/test-app.ts'
import { Browser } from './browser.ts'

const tokens = 'tokens { accessToken expiresIn refreshToken csrfToken }'
const registerText = `mutation Join($input: RegisterInput!) { register(input: $input) { __typename ... on RegisterSuccess { deviceToken ${tokens} } } }`
export const loginText = `mutation In($input: LoginInput!) { login(input: $input) { __typename ... on LoginSuccess { deviceToken ${tokens} } } }`
export const meText = '{ me { email } }'
export const renameText = 'mutation { updateProfile(input: { firstName: "Ada" }) { __typename } }'

/** Longer than the lifetime of an access token. */
export const expirySeconds = 16 * 60

/** A browser with one tab, in which a new user has registered. */
export async function openSignedIn(
  test: TestApp,
  transport: Transport,
  options: Partial<AuthClientOptions> = {},
) {
  const browser = new Browser(test, transport)
  const tab = browser.tab(options)
  const email = freshEmail()
  const answer = await tab.auth.request(registerText, { input: { email, password: goodPassword } })
  expect(answer.data).toMatchObject({ register: { __typename: 'RegisterSuccess' } })
  browser.seen.length = 0
  return { browser, ...tab, email }
}

import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Transport } from '../../src/clients/client.ts'
import { type Enrolled, nextCode, signUpWithTotp } from '../support/second-steps.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'
import { Browser } from './support/browser.ts'
import { loginText } from './support/signed-in.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ env: { MFA_REMEMBER_DEVICE_DAYS: '30' } })
})
afterAll(() => test.close())

const login = loginText.replace('} } } }', '} } ... on MfaChallenge { challengeToken } } }')
const completeText = `mutation Done($input: CompleteMfaChallengeInput!) { completeMfaChallenge(input: $input) { __typename
  ... on LoginSuccess { rememberedDeviceToken tokens { accessToken expiresIn refreshToken csrfToken } } } }`

function storage(kept: string[] = []) {
  return { kept, read: () => kept.at(-1) ?? null, write: (token: string) => void kept.push(token) }
}

/** A page with storages, and what its sign-ins return. */
function openPage(transport: Transport) {
  const browser = new Browser(test, transport)
  const [rememberedDevices, deviceTokens] = [storage(), storage()]
  const { auth } = browser.tab({ rememberedDevices, deviceTokens })
  const signIn = async (user: Enrolled) => {
    const input = { identifier: user.email, password: goodPassword }
    const { data } = await auth.request<{ login?: { __typename: string; challengeToken?: string } }>(login, {
      input,
    })
    return data?.login
  }
  const complete = async (user: Enrolled, challengeToken: string | undefined) => {
    const input = { challengeToken, code: nextCode(test, user), rememberDevice: true }
    const { data } = await auth.request<{ completeMfaChallenge?: object }>(completeText, { input })
    return data?.completeMfaChallenge
  }
  return { auth, browser, signIn, complete, rememberedDevices, deviceTokens }
}

it('keeps the token of a remembered device in the given store with BODY, and sends it with the next login only', async () => {
  const user = await signUpWithTotp(test)
  const page = openPage('BODY')
  const challenged = await page.signIn(user)
  expect(challenged).toMatchObject({ __typename: 'MfaChallenge' })
  expect(await page.complete(user, challenged?.challengeToken)).toMatchObject({ __typename: 'LoginSuccess' })
  expect(page.rememberedDevices.kept).toEqual([expect.stringMatching(/^ghm_/)])
  await page.auth.signOut()
  expect(await page.signIn(user)).toMatchObject({ __typename: 'LoginSuccess' })
  const [rememberedDeviceToken] = page.rememberedDevices.kept
  expect(page.browser.seen.at(-1)?.variables).toMatchObject({ input: { rememberedDeviceToken } })
  const others = page.browser.seen.slice(0, -1)
  expect(JSON.stringify(others)).not.toContain(rememberedDeviceToken)
})

it('keeps nothing with cookies, which carry the token', async () => {
  const user = await signUpWithTotp(test)
  const page = openPage('COOKIE')
  const challenged = await page.signIn(user)
  await page.complete(user, challenged?.challengeToken)
  await page.auth.signOut()
  expect(await page.signIn(user)).toMatchObject({ __typename: 'LoginSuccess' })
  expect(page.rememberedDevices.kept).toEqual([])
})

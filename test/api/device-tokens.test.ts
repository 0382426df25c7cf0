import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { guess, wrong } from '../support/guesses.ts'
import { tokenFor } from '../support/mails.ts'
import {
  changePasswordDocument,
  clientOperation,
  loginDocument,
  logoutDocument,
  registerDocument,
  requestPasswordResetDocument,
  resetPasswordDocument,
} from '../support/operations.ts'
import { askLogin, signUp } from '../support/people.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

const cookie = '__Host-gatehouse-device'
const newPassword = 'An0ther-horse-battery!'

async function register(actor: Actor, tokenTransport: string) {
  const input = { email: freshEmail(), password: goodPassword, tokenTransport }
  const answer = await actor.ask(registerDocument, { input })
  return { ...answer.data.register, lines: answer.headers.getSetCookie() }
}

/** The device that a token stands for. */
const deviceOf = (token: string) => Buffer.from(token.slice(4), 'base64url').toString('hex', 1, 17)

async function changePassword(actor: Actor, headers: Readonly<Record<string, string>>) {
  const input = { currentPassword: goodPassword, newPassword }
  const answer = await actor.ask(changePasswordDocument, { input }, headers)
  expect(answer.errors).toEqual([])
  return answer.data.changePassword
}

/** Locks strangers out of the account. */
const lockOut = (email: string) => guess(test.actor(), email, 5)

describe('the device token', () => {
  it.each(['COOKIE', 'HYBRID'])(
    'of %s is a host-only cookie of 400 days, and nowhere in the answer',
    async (transport) => {
      const { deviceToken, lines } = await register(test.actor(), transport)
      expect(deviceToken).toBeNull()
      const line = lines.find((text: string) => text.startsWith(cookie))
      expect(line).toMatch(/=ghd_[\w-]{92}; Max-Age=34560000; Path=\/; Secure; HttpOnly; SameSite=/)
    },
  )

  it('of BODY is in the answer, and in no cookie', async () => {
    const { deviceToken, lines } = await register(test.actor(), 'BODY')
    expect(deviceToken).toMatch(/^ghd_[\w-]{92}$/)
    expect(lines).toEqual([])
  })

  it('is kept over a logout and lets its owner in while strangers are locked out', async () => {
    const browser = test.actor()
    const { email, csrfToken } = await signUp(browser, { tokenTransport: 'COOKIE' })
    await browser.ask(logoutDocument, {}, { 'x-csrf-token': csrfToken })
    expect([...browser.cookies.keys()]).toEqual([cookie])
    await lockOut(email)
    expect(await askLogin(test.actor(), email)).toMatchObject({ code: 'ACCOUNT_LOCKED' })
    expect((await askLogin(browser, email, { tokenTransport: 'COOKIE' })).__typename).toBe('LoginSuccess')
    expect(await askLogin(test.actor(), email)).toMatchObject({ code: 'ACCOUNT_LOCKED' })
  })

  it('stands for the same device after a later login on it', async () => {
    const first = await register(test.actor(), 'BODY')
    const { email } = first.user
    const second = await askLogin(test.actor(), email, { deviceToken: first.deviceToken })
    expect(deviceOf(second.deviceToken)).toBe(deviceOf(first.deviceToken))
    expect(deviceOf((await askLogin(test.actor(), email)).deviceToken)).not.toBe(deviceOf(first.deviceToken))
  })

  it('alone lets a login learn how many attempts are left, and only for its own account', async () => {
    const left = async (identifier: string, device: object) => {
      const input = { identifier, ...wrong, ...device }
      return (await test.actor().ask(clientOperation('Login'), { input })).data.login
    }
    const { user, deviceToken } = await register(test.actor(), 'BODY')
    const other = await register(test.actor(), 'BODY')
    const strangers: [string, object][] = [
      [user.email, {}],
      [user.email, { deviceToken: other.deviceToken }],
      [user.email, { deviceToken: `${deviceToken.slice(0, -1)}${deviceToken.endsWith('A') ? 'B' : 'A'}` }],
      [freshEmail(), { deviceToken }],
    ]
    for (const [identifier, input] of strangers)
      expect(await left(identifier, input)).toMatchObject({ code: 'INVALID_CREDENTIALS', attemptsLeft: null })
    expect(await left(user.email, { deviceToken })).toMatchObject({ attemptsLeft: 4 })
    expect(await left(user.email, { deviceToken })).toMatchObject({ attemptsLeft: 3 })
    expect((await askLogin(test.actor(), user.email, { deviceToken })).__typename).toBe('LoginSuccess')
    expect(await left(user.email, { deviceToken })).toMatchObject({ attemptsLeft: 4 })
  })

  it('does not tell a signed-in user who proves their password how many attempts are left', async () => {
    const browser = test.actor()
    const { accessToken } = await signUp(browser, { tokenTransport: 'BODY' })
    const text = `mutation { reauthenticate(input: { password: "Wr0ng-horse-battery!" }) {
      ... on InvalidCredentialsProblem { code attemptsLeft } } }`
    const answer = await browser.ask(text, {}, Actor.bearer(accessToken))
    expect(answer.data.reauthenticate).toEqual({ code: 'INVALID_CREDENTIALS', attemptsLeft: null })
  })

  it('is believed by the input, or else by the cookie', async () => {
    const browser = test.actor()
    const { email } = await signUp(browser, { tokenTransport: 'COOKIE' })
    const { deviceToken } = await askLogin(test.actor(), email)
    await lockOut(email)
    expect((await askLogin(test.actor(), email, { deviceToken })).__typename).toBe('LoginSuccess')
    expect((await askLogin(browser, email, { deviceToken: 'rubbish' })).__typename).toBe('LoginSuccess')
  })

  it('that is forged, cut or of another user has no effect', async () => {
    const [ada, bob] = [await register(test.actor(), 'BODY'), await register(test.actor(), 'BODY')]
    await lockOut(ada.user.email)
    const forged = `${ada.deviceToken.slice(0, -4)}AAAA`
    for (const deviceToken of [
      bob.deviceToken,
      forged,
      ada.deviceToken.slice(0, -1),
      'x'.repeat(90_000),
      '',
      null,
    ]) {
      const login = await askLogin(test.actor(), ada.user.email, { deviceToken })
      expect(login.code, deviceToken?.slice(0, 20)).toBe('ACCOUNT_LOCKED')
    }
  })

  it('is void after a password reset', async () => {
    const { user, deviceToken } = await register(test.actor(), 'BODY')
    await test.actor().ask(requestPasswordResetDocument, { input: { email: user.email } })
    const token = await tokenFor(test, user.email, 'reset-password')
    await test.actor().ask(resetPasswordDocument, { input: { token, newPassword } })
    await lockOut(user.email)
    const login = await askLogin(test.actor(), user.email, { password: newPassword, deviceToken })
    expect(login).toMatchObject({ code: 'ACCOUNT_LOCKED' })
  })

  it('is void after a changed password; the device that changed it gets another', async () => {
    const { user, deviceToken, tokens } = await register(test.actor(), 'BODY')
    const changed = await changePassword(test.actor(), Actor.bearer(tokens.accessToken))
    expect(changed.deviceToken).toMatch(/^ghd_[\w-]{92}$/)
    await lockOut(user.email)
    const signIn = (token: string) =>
      askLogin(test.actor(), user.email, { password: newPassword, deviceToken: token })
    expect(await signIn(deviceToken)).toMatchObject({ code: 'ACCOUNT_LOCKED' })
    expect(await signIn(changed.deviceToken)).toMatchObject({ __typename: 'LoginSuccess' })
  })

  it('is renewed in its cookie by a changed password, for the same device', async () => {
    const browser = test.actor()
    const { email, csrfToken } = await signUp(browser, { tokenTransport: 'COOKIE' })
    const before = browser.cookies.get(cookie) ?? ''
    const changed = await changePassword(browser, { 'x-csrf-token': csrfToken })
    expect(changed).toMatchObject({ __typename: 'ChangePasswordSuccess', deviceToken: null })
    const after = browser.cookies.get(cookie) ?? ''
    expect([after === before, deviceOf(after)]).toEqual([false, deviceOf(before)])
    await lockOut(email)
    const login = await askLogin(browser, email, { password: newPassword, tokenTransport: 'COOKIE' })
    expect(login.__typename).toBe('LoginSuccess')
  })

  it('is issued only with a session', async () => {
    const { email } = await signUp(test.actor())
    const browser = test.actor()
    const input = { identifier: email, password: 'Wr0ng-horse-battery!', tokenTransport: 'COOKIE' }
    const answer = await browser.ask(loginDocument, { input })
    expect(answer.data.login.code).toBe('INVALID_CREDENTIALS')
    expect(browser.cookies.size).toBe(0)
  })
})

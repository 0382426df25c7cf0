import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { tokenFor } from '../support/mails.ts'
import { meDocument, requestPasswordResetDocument, resetPasswordDocument } from '../support/operations.ts'
import { askLogin } from '../support/people.ts'
import {
  challenge,
  complete,
  nextCode,
  signUpWithTotp,
  totpCode,
  wrongCode,
} from '../support/second-steps.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

const cookie = '__Host-gatehouse-challenge'
const right = { __typename: 'LoginSuccess' }
const refused = { __typename: 'InvalidTokenProblem' }

describe.each(['COOKIE', 'HYBRID'])('a challenge with %s', (tokenTransport) => {
  it('is completed by the browser that began the login, with the transport of the login', async () => {
    const ada = await signUpWithTotp(test)
    const actor = test.actor()
    const answer = await actor.ask(
      `mutation($input: LoginInput!) { login(input: $input) { ... on MfaChallenge { challengeToken } } }`,
      { input: { identifier: ada.email, password: goodPassword, tokenTransport, rememberMe: true } },
    )
    const [line = ''] = answer.headers.getSetCookie()
    expect(line).toMatch(
      /^__Host-gatehouse-challenge=[\w-]{43}; Max-Age=300; Path=\/; Secure; HttpOnly; SameSite=Strict$/,
    )
    expect(answer.headers.getSetCookie()).toHaveLength(1)
    const { challengeToken } = answer.data.login
    const done = await complete(actor, challengeToken, { code: nextCode(test, ada) })
    expect(done).toMatchObject({
      ...right,
      session: { rememberMe: true },
      tokens: { accessToken: tokenTransport === 'HYBRID' ? expect.any(String) : null, refreshToken: null },
      deviceToken: null,
    })
    expect(actor.cookies.has(cookie)).toBe(false)
    expect(actor.cookies.has('__Host-gatehouse-refresh')).toBe(true)
    expect(actor.cookies.has('__Host-gatehouse-device')).toBe(true)
    if (tokenTransport === 'COOKIE') expect((await actor.ask(meDocument)).data.me.id).toBe(ada.userId)
  })

  it('is refused without the cookie, and with that of another challenge, and takes no try then', async () => {
    const ada = await signUpWithTotp(test)
    const [owner, thief] = [test.actor(), test.actor()]
    const token = await challenge(owner, ada.email, { tokenTransport })
    await challenge(thief, ada.email, { tokenTransport })
    const code = nextCode(test, ada)
    for (const actor of [thief, test.actor()])
      for (let n = 0; n < 4; n += 1) expect(await complete(actor, token, { code })).toMatchObject(refused)
    const cookies = new Map(owner.cookies)
    owner.cookies.set(cookie, `${'A'.repeat(43)}`)
    expect(await complete(owner, token, { code })).toMatchObject(refused)
    owner.cookies.set(cookie, cookies.get(cookie) ?? '')
    expect(await complete(owner, token, { code: wrongCode(test, ada) })).toMatchObject({ attemptsLeft: 4 })
    expect(await complete(owner, token, { code })).toMatchObject(right)
  })
})

describe('a challenge with BODY', () => {
  it('is refused from another device, and from the same one without its fingerprint', async () => {
    const ada = await signUpWithTotp(test)
    const device = { fingerprint: 'installation-1' }
    const token = await challenge(test.actor(), ada.email, { device })
    const code = nextCode(test, ada)
    const other = test.actor({ 'user-agent': 'curl/8' })
    expect(await complete(other, token, { code, device })).toMatchObject(refused)
    expect(await complete(test.actor(), token, { code })).toMatchObject(refused)
    expect(await complete(test.actor(), token, { code, device: { fingerprint: 'x' } })).toMatchObject(refused)
    expect(await complete(test.actor(), token, { code, device })).toMatchObject(right)
  })

  it('keeps the name and the fingerprint of the device of the login', async () => {
    const ada = await signUpWithTotp(test)
    const device = { name: 'My phone', fingerprint: 'installation-2' }
    const token = await challenge(test.actor(), ada.email, { device })
    const { fingerprint } = device
    const done = await complete(test.actor(), token, { code: nextCode(test, ada), device: { fingerprint } })
    expect(done.session.device.name).toBe('My phone')
    const { id } = done.session
    const row = await test.database.client.session.findUniqueOrThrow({ where: { id } })
    expect(row.fingerprintDigest).toHaveLength(32)
  })
})

describe('open challenges of an account', () => {
  it('are ten: a further one ends the oldest', async () => {
    const ada = await signUpWithTotp(test)
    const tokens = []
    for (let n = 0; n < 11; n += 1) {
      test.clock.advance(1)
      tokens.push(await challenge(test.actor(), ada.email))
    }
    const code = nextCode(test, ada)
    const [oldest = '', next = ''] = tokens
    expect(await complete(test.actor(), oldest, { code })).toMatchObject(refused)
    expect(await complete(test.actor(), next, { code })).toMatchObject(right)
    const open = { userId: ada.userId, closedAt: null }
    expect(await test.database.client.signInChallenge.count({ where: open })).toBe(9)
  })
})

describe('after the right code', () => {
  it('the limit of sessions refuses the sign-in, and the code stays usable', async () => {
    const env = { SESSION_LIMIT: '2', SESSION_LIMIT_POLICY: 'reject' }
    const limited = await createTestApp({ env, database: test.database, clock: test.clock })
    try {
      const ada = await signUpWithTotp(limited)
      const code = nextCode(limited, ada)
      await complete(limited.actor(), await challenge(limited.actor(), ada.email), { code })
      const token = await challenge(limited.actor(), ada.email)
      const again = nextCode(limited, ada)
      expect(await complete(limited.actor(), token, { code: again })).toMatchObject({
        __typename: 'SessionLimitProblem',
      })
      await test.database.client.session.delete({ where: { id: ada.sessionId } })
      expect(await complete(limited.actor(), token, { code: again })).toMatchObject(right)
    } finally {
      await limited.close()
    }
  })

  it('an expired password must be replaced, and only then', async () => {
    const ada = await signUpWithTotp(test)
    await test.database.client.password.update({
      where: { userId: ada.userId },
      data: { expiresAt: test.clock.now() },
    })
    const token = await challenge(test.actor(), ada.email)
    expect(await complete(test.actor(), token, { code: wrongCode(test, ada) })).toMatchObject({
      __typename: 'AuthInvalidCodeProblem',
    })
    expect(await complete(test.actor(), token, { code: nextCode(test, ada) })).toMatchObject({
      __typename: 'PasswordExpired',
      resetToken: expect.stringMatching(/^gho_/),
    })
    expect(await complete(test.actor(), token, { code: totpCode(test, ada) })).toMatchObject(refused)
  })

  it('the session whose cookies the request carries is replaced', async () => {
    const ada = await signUpWithTotp(test)
    const browser = test.actor()
    const first = await challenge(browser, ada.email, { tokenTransport: 'COOKIE' })
    const before = await complete(browser, first, { code: nextCode(test, ada) })
    const second = await challenge(browser, ada.email, { tokenTransport: 'COOKIE' })
    await complete(browser, second, { code: nextCode(test, ada) })
    const { revokedReason } = await test.database.client.session.findUniqueOrThrow({
      where: { id: before.session.id },
    })
    expect(revokedReason).toBe('REPLACED_BY_LOGIN')
  })
})

describe('a password reset', () => {
  it('neither removes nor bypasses the second step', async () => {
    const ada = await signUpWithTotp(test)
    await test.actor().ask(requestPasswordResetDocument, { input: { email: ada.email } })
    const token = await tokenFor(test, ada.email, 'reset-password')
    const newPassword = 'An0ther-good-Password!'
    const reset = await test.actor().ask(resetPasswordDocument, { input: { token, newPassword } })
    expect(reset.data.resetPassword.__typename).toBe('ResetPasswordSuccess')
    const answer = await askLogin(test.actor(), ada.email, { password: newPassword })
    expect(answer).toMatchObject({ __typename: 'MfaChallenge' })
  })
})

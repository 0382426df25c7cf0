import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { meDocument } from '../support/operations.ts'
import { askAs, askLogin, signUp, whoIs } from '../support/people.ts'
import { auditOf, auditTypesOf } from '../support/rows.ts'
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

const invalidToken = {
  __typename: 'InvalidTokenProblem',
  code: 'INVALID_TOKEN',
  message: 'This sign-in has expired. Start again.',
}

describe('login of an account with an authenticator app', () => {
  it('answers the right password with a challenge and no session', async () => {
    const ada = await signUpWithTotp(test)
    const actor = test.actor()
    expect(await askLogin(actor, ada.email)).toEqual({
      __typename: 'MfaChallenge',
      message: 'The password is right. Prove the second factor with completeMfaChallenge.',
      challengeToken: expect.stringMatching(/^ghc_[\w-]{43}$/),
      methods: ['TOTP', 'RECOVERY_CODE'],
      passkeyOptions: null,
      expiresAt: new Date(test.clock.now().getTime() + 300_000).toISOString(),
    })
    expect(actor.cookies.size).toBe(0)
    expect(await test.database.client.session.count({ where: { userId: ada.userId } })).toBe(1)
    expect((await auditOf(test.database, ada.userId)).at(-1)).toMatchObject({
      type: 'MFA_CHALLENGED',
      details: { methods: ['TOTP', 'RECOVERY_CODE'] },
    })
  })

  it('answers a wrong password as that of any account', async () => {
    const ada = await signUpWithTotp(test)
    const wrong = await askLogin(test.actor(), ada.email, { password: 'wr0ng-Password!' })
    expect(wrong).toMatchObject({ __typename: 'InvalidCredentialsProblem' })
  })

  it('is not required of an account without a factor, nor by an app that was never confirmed', async () => {
    const ada = await signUp(test.actor())
    const started = `mutation { startTotpEnrolment { __typename } }`
    await askAs(test, ada, started, {})
    expect(await askLogin(test.actor(), ada.email)).toMatchObject({ __typename: 'LoginSuccess' })
  })

  it('shows in twoFactorEnabled', async () => {
    const ada = await signUpWithTotp(test)
    const bob = await signUp(test.actor())
    expect(await askAs(test, ada, meDocument, {})).toMatchObject({ twoFactorEnabled: true })
    expect(await askAs(test, bob, meDocument, {})).toMatchObject({ twoFactorEnabled: false })
  })
})

describe('completeMfaChallenge', () => {
  it('signs in with a code, at the level of two factors', async () => {
    const ada = await signUpWithTotp(test)
    const actor = test.actor()
    const token = await challenge(actor, ada.email, { rememberMe: true, device: { name: 'Laptop' } })
    const done = await complete(actor, token, { code: nextCode(test, ada), device: { name: 'Laptop' } })
    expect(done).toMatchObject({
      __typename: 'LoginSuccess',
      user: { id: ada.userId },
      session: { rememberMe: true, device: { name: 'Laptop' } },
      tokens: { accessToken: expect.any(String), refreshToken: expect.stringMatching(/^ghr_/) },
      deviceToken: expect.stringMatching(/^ghd_/),
    })
    expect(decodeJwt(done.tokens.accessToken)).toMatchObject({ amr: ['pwd', 'otp', 'mfa'], acr: 'aal2' })
    expect(await whoIs(test.actor(), done.tokens.accessToken)).toBe(ada.userId)
    expect((await auditTypesOf(test.database, ada.userId)).slice(-2)).toEqual([
      'MFA_CHALLENGED',
      'LOGIN_SUCCEEDED',
    ])
  })

  it('accepts the code before the present one and the one after it, with blanks in it', async () => {
    const ada = await signUpWithTotp(test)
    for (const steps of [-1, 1]) {
      test.clock.advance(90)
      const code = totpCode(test, ada, steps).replace(/^.{3}/, '$& ')
      const token = await challenge(test.actor(), ada.email)
      expect(await complete(test.actor(), token, { code })).toMatchObject({ __typename: 'LoginSuccess' })
    }
    test.clock.advance(120)
    for (const steps of [-2, 2]) {
      const token = await challenge(test.actor(), ada.email)
      const late = await complete(test.actor(), token, { code: totpCode(test, ada, steps) })
      expect(late).toMatchObject({ __typename: 'AuthInvalidCodeProblem' })
    }
  })

  it('accepts a code once, also in another sign-in, and none from before it', async () => {
    const ada = await signUpWithTotp(test)
    const code = nextCode(test, ada)
    const [first, second] = [
      await challenge(test.actor(), ada.email),
      await challenge(test.actor(), ada.email),
    ]
    expect(await complete(test.actor(), first, { code })).toMatchObject({ __typename: 'LoginSuccess' })
    expect(await complete(test.actor(), second, { code })).toMatchObject({
      __typename: 'AuthInvalidCodeProblem',
      attemptsLeft: 4,
    })
    expect(await complete(test.actor(), second, { code: totpCode(test, ada, -1) })).toMatchObject({
      __typename: 'AuthInvalidCodeProblem',
      attemptsLeft: 3,
    })
  })

  it('refuses the code that confirmed the app', async () => {
    const ada = await signUpWithTotp(test)
    const token = await challenge(test.actor(), ada.email)
    const used = await complete(test.actor(), token, { code: totpCode(test, ada) })
    expect(used).toMatchObject({ __typename: 'AuthInvalidCodeProblem' })
  })

  it('refuses a token that was used, has expired, or is unknown', async () => {
    const ada = await signUpWithTotp(test)
    const used = await challenge(test.actor(), ada.email)
    await complete(test.actor(), used, { code: nextCode(test, ada) })
    expect(await complete(test.actor(), used, { code: nextCode(test, ada) })).toEqual(invalidToken)
    const late = await challenge(test.actor(), ada.email)
    test.clock.advance(300)
    expect(await complete(test.actor(), late, { code: nextCode(test, ada) })).toEqual(invalidToken)
    for (const unknown of ['', 'ghc_', `ghc_${'A'.repeat(43)}`, ada.refreshToken])
      expect(await complete(test.actor(), unknown, { code: '123456' })).toEqual(invalidToken)
  })

  it('takes exactly one proof, and no try for text that is no code', async () => {
    const ada = await signUpWithTotp(test)
    const token = await challenge(test.actor(), ada.email)
    const none = { __typename: 'AuthInvalidInputProblem', issues: [{ path: [], code: 'ONE_PROOF' }] }
    const [recoveryCode] = ada.recoveryCodes
    expect(await complete(test.actor(), token, {})).toMatchObject(none)
    expect(await complete(test.actor(), token, { code: '123456', recoveryCode })).toMatchObject(none)
    expect(await complete(test.actor(), token, { code: '123456', passkey: {} })).toMatchObject(none)
    for (const code of ['', '12345', '1234567', 'abcdef', '１２３４５６', '12345６'])
      expect(await complete(test.actor(), token, { code })).toMatchObject({
        __typename: 'AuthInvalidCodeProblem',
        attemptsLeft: null,
      })
    expect(await complete(test.actor(), token, { code: wrongCode(test, ada) })).toMatchObject({
      attemptsLeft: 4,
    })
  })

  it('is void after a change of the password, and refuses a deactivated account', async () => {
    const ada = await signUpWithTotp(test)
    const token = await challenge(test.actor(), ada.email)
    await test.database.client.user.update({ where: { id: ada.userId }, data: { active: false } })
    expect(await complete(test.actor(), token, { code: nextCode(test, ada) })).toMatchObject({
      __typename: 'AccountDisabledProblem',
    })
    await test.database.client.user.update({
      where: { id: ada.userId },
      data: { active: true, tokenVersion: { increment: 1 } },
    })
    expect(await complete(test.actor(), token, { code: nextCode(test, ada) })).toEqual(invalidToken)
  })

  it('keeps neither token nor secret nor code in clear', async () => {
    const ada = await signUpWithTotp(test)
    const actor = test.actor()
    const token = await challenge(actor, ada.email, { tokenTransport: 'COOKIE' })
    const cookie = actor.cookies.get('__Host-gatehouse-challenge') ?? ''
    const { client } = test.database
    const rows = [
      await client.signInChallenge.findMany({ where: { userId: ada.userId } }),
      await client.totpSecret.findMany({ where: { userId: ada.userId } }),
      await client.recoveryCode.findMany({ where: { userId: ada.userId } }),
      await auditOf(test.database, ada.userId),
    ]
    const stored = JSON.stringify(rows, (_key, value) => (typeof value === 'bigint' ? String(value) : value))
    const texts = [stored, ...test.log]
    for (const secret of [token, cookie, ada.secret, goodPassword, ...ada.recoveryCodes]) {
      expect(secret.length).toBeGreaterThan(10)
      expect(texts.filter((text) => text.includes(secret))).toEqual([])
    }
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { resultOf } from '../support/answers.ts'
import {
  changePasswordDocument,
  currentSessionDocument,
  reauthenticateWithDocument,
} from '../support/operations.ts'
import { addPasskey, askStartPasskeyLogin } from '../support/passkeys.ts'
import { askAs, askRefresh, type SignedIn, signIn, signUp, whoIs } from '../support/people.ts'
import { auditOf } from '../support/rows.ts'
import { insertApp, totpCode, wrongCode } from '../support/second-steps.ts'
import type { Flaws, SoftwareAuthenticator } from '../support/software-authenticator.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'

const password = goodPassword

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ env: { ACCESS_TOKEN_SECONDS: '3600', LOCKOUT_FAILURES: '3' } })
})
afterAll(() => test.close())

type Token = Pick<SignedIn, 'accessToken'>
type Input = Readonly<Record<string, unknown>>

const prove = (viewer: Token, input: Input) => askAs(test, viewer, reauthenticateWithDocument, { input })
const sessionOf = (viewer: Token) => askAs(test, viewer, currentSessionDocument, {})

/** A user with an authenticator app, and sessions from before: with the password alone. */
async function withApp(sessions = 1) {
  const ada = await signUp(test.actor())
  const others: SignedIn[] = []
  while (others.length < sessions - 1) others.push(await signIn(test.actor(), ada.email))
  return { ada, others, app: await insertApp(test, ada.userId) }
}

/** What requires both proofs. It changes the password to itself, which is refused after all other checks. */
async function requiredOf(viewer: Token): Promise<unknown> {
  const input = { currentPassword: password, newPassword: password }
  const { code, acceptable } = await askAs(test, viewer, changePasswordDocument, { input })
  return code === 'REAUTHENTICATION_REQUIRED' ? acceptable : code
}

describe('reauthenticateWith a code', () => {
  it('makes the session one of two factors', async () => {
    const { ada, app } = await withApp()
    test.clock.advance(60)
    const { tokens } = await prove(ada, { code: totpCode(test, app) })
    const proven = { authenticationMethods: ['pwd', 'otp', 'mfa'], assuranceLevel: 'AAL2' }
    expect(await sessionOf(tokens)).toMatchObject(proven)
    const refreshed = await askRefresh(test.actor(), tokens.refreshToken)
    expect(await sessionOf(refreshed.tokens)).toMatchObject(proven)
    expect(await auditOf(test.database, ada.userId)).toContainEqual(
      expect.objectContaining({
        type: 'LOGIN_SUCCEEDED',
        reason: 'REAUTHENTICATED',
        sessionId: ada.sessionId,
        details: { proof: 'TOTP' },
      }),
    )
  })

  it('refuses the tokens from before, so that a copy of them does not get the proof', async () => {
    const { ada, app } = await withApp()
    const { tokens } = await prove(ada, { code: totpCode(test, app) })
    expect(await whoIs(test.actor(), ada.accessToken)).toBe('TOKEN_REVOKED')
    expect(await askRefresh(test.actor(), ada.refreshToken)).toMatchObject({ code: 'INVALID_REFRESH_TOKEN' })
    expect(await whoIs(test.actor(), tokens.accessToken)).toBe(ada.userId)
  })

  it('proves the second factor alone: the password is required as well if it is not recent', async () => {
    const { ada, app } = await withApp()
    expect(await requiredOf(ada)).toEqual(['TOTP'])
    test.clock.advance(901)
    expect(await requiredOf(ada)).toEqual(['PASSWORD', 'TOTP'])
    const { tokens } = await prove(ada, { code: totpCode(test, app) })
    expect(await requiredOf(tokens)).toEqual(['PASSWORD'])
    const both = await prove(tokens, { password })
    expect(await requiredOf(both.tokens)).toBe('PASSWORD_REUSED')
    test.clock.advance(901)
    const again = await prove(both.tokens, { password })
    expect(await requiredOf(again.tokens)).toEqual(['TOTP'])
  })

  it('accepts a code once, also if it is sent ten times at once from two sessions', async () => {
    const { ada, others, app } = await withApp(2)
    const sessions = [ada, ...others]
    const code = totpCode(test, app)
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => sessions.map((one) => prove(one, { code }))).flat(),
    )
    const won = answers.filter(({ __typename }) => __typename === 'ReauthenticateSuccess')
    expect(won).toHaveLength(1)
  })

  it('refuses that of another account, and any code of an account without an app', async () => {
    const { ada } = await withApp()
    const { app: foreign } = await withApp()
    const plain = await signUp(test.actor())
    const code = totpCode(test, foreign)
    expect(await prove(ada, { code })).toMatchObject({ code: 'INVALID_CODE' })
    expect(await prove(plain, { code })).toMatchObject({ code: 'INVALID_CODE' })
    expect(await sessionOf(ada)).toMatchObject({ assuranceLevel: 'AAL1' })
  })

  it('refuses a recovery code without using a try', async () => {
    const { ada, app } = await withApp()
    for (const code of ['3-7K2M-9QXA-T4RB-0WZN', '', 'x'.repeat(5000), '１２３４５６'])
      expect(await prove(ada, { code })).toMatchObject({ code: 'INVALID_CODE', attemptsLeft: null })
    expect(await prove(ada, { code: totpCode(test, app) })).toHaveProperty('tokens')
  })

  it('counts wrong codes of all sessions of the account together, and refuses the right one after that', async () => {
    const { ada, others, app } = await withApp(3)
    const sessions = [ada, ...others]
    const answers = []
    for (const session of sessions) answers.push(await prove(session, { code: wrongCode(test, app) }))
    expect(answers.map(({ code }) => code)).toEqual(['INVALID_CODE', 'INVALID_CODE', 'ACCOUNT_LOCKED'])
    expect(answers[0]).toMatchObject({ attemptsLeft: 2 })
    const right = { code: totpCode(test, app) }
    for (const session of sessions)
      expect(await prove(session, right)).toMatchObject({ code: 'ACCOUNT_LOCKED' })
    expect(await prove(ada, { password })).toHaveProperty('tokens')
  })

  it('leaves the code usable if the session has ended in the meantime', async () => {
    const { ada, others, app } = await withApp(2)
    await test.database.client.session.update({
      where: { id: ada.sessionId },
      data: { revokedAt: test.clock.now(), revokedReason: 'LOGOUT' },
    })
    const code = totpCode(test, app)
    expect(await prove(ada, { code })).toMatchObject({ code: 'UNAUTHENTICATED' })
    for (const other of others) expect(await prove(other, { code })).toHaveProperty('tokens')
  })

  it('renews the cookies of a cookie session, and requires its x-csrf-token', async () => {
    const actor = test.actor()
    const { csrfToken, userId } = await signUp(actor, { tokenTransport: 'COOKIE' })
    const app = await insertApp(test, userId)
    const variables = { input: { code: totpCode(test, app) } }
    expect(resultOf(await actor.ask(reauthenticateWithDocument, variables))).toMatchObject({ reason: 'CSRF' })
    const before = new Map(actor.cookies)
    const answer = await actor.ask(reauthenticateWithDocument, variables, { 'x-csrf-token': csrfToken })
    expect(resultOf(answer)).toMatchObject({ tokens: { accessToken: null, refreshToken: null } })
    for (const name of actor.sessionCookies) expect(actor.cookies.get(name)).not.toBe(before.get(name))
  })
})

describe('reauthenticateWith a passkey', () => {
  const withPasskey = async (options: Parameters<typeof addPasskey>[2] = {}) => {
    const ada = await signUp(test.actor())
    return { ada, ...(await addPasskey(test, ada, options)) }
  }
  const ceremony = async (authenticator: SoftwareAuthenticator, flaws: Flaws = {}) => {
    const { ceremonyToken, options } = await askStartPasskeyLogin(test)
    return { ceremonyToken, passkey: authenticator.get(options, flaws) }
  }

  it('proves both the authentication and the second factor', async () => {
    const { ada, authenticator } = await withPasskey()
    test.clock.advance(901)
    expect(await requiredOf(ada)).toEqual(['PASSWORD', 'PASSKEY'])
    const { tokens } = await prove(ada, await ceremony(authenticator))
    expect(await requiredOf(tokens)).toBe('PASSWORD_REUSED')
    expect(await sessionOf(tokens)).toMatchObject({
      authenticationMethods: ['pwd', 'pop', 'user', 'mfa'],
      assuranceLevel: 'AAL2',
    })
    expect(await whoIs(test.actor(), ada.accessToken)).toBe('TOKEN_REVOKED')
  })

  it('is refused with the passkey of another account, a copied response and an unverified user', async () => {
    const { ada, authenticator } = await withPasskey()
    const { ada: bob, authenticator: foreign } = await withPasskey()
    const used = await ceremony(foreign)
    expect(await prove(bob, used)).toHaveProperty('tokens')
    const { ceremonyToken } = await ceremony(authenticator)
    const inputs = [
      await ceremony(foreign),
      used,
      await ceremony(authenticator, { unverified: true }),
      await ceremony(authenticator, { origin: 'https://evil.example' }),
      { ...(await ceremony(authenticator)), ceremonyToken },
      { ...(await ceremony(authenticator)), ceremonyToken: 'ghw_x' },
    ]
    for (const input of inputs) expect(await prove(ada, input)).toMatchObject({ code: 'INVALID_PASSKEY' })
    expect(await sessionOf(ada)).toMatchObject({ assuranceLevel: 'AAL1' })
  })

  it('gives the session a risk signal if the counter of the passkey goes back', async () => {
    const { ada, authenticator } = await withPasskey({ counts: true })
    const { tokens } = await prove(ada, await ceremony(authenticator))
    expect(await sessionOf(tokens)).toMatchObject({ riskSignals: [] })
    const again = await prove(tokens, await ceremony(authenticator, { counter: 1 }))
    expect(await sessionOf(again.tokens)).toMatchObject({ riskSignals: ['PASSKEY_COUNTER_REGRESSED'] })
    expect(await auditOf(test.database, ada.userId)).toContainEqual(
      expect.objectContaining({ type: 'SUSPICIOUS_ACTIVITY', reason: 'PASSKEY_COUNTER_REGRESSED' }),
    )
  })

  it('accepts a response once, also if it is sent five times at once', async () => {
    const { ada, authenticator } = await withPasskey()
    const input = await ceremony(authenticator)
    const answers = await Promise.all(Array.from({ length: 5 }, () => prove(ada, input)))
    expect(answers.filter(({ __typename }) => __typename === 'ReauthenticateSuccess')).toHaveLength(1)
  })
})

describe('reauthenticateWith the password', () => {
  it('does what reauthenticate does', async () => {
    const ada = await signUp(test.actor())
    test.clock.advance(60)
    const { tokens } = await prove(ada, { password })
    const stored = await test.database.client.session.findUniqueOrThrow({ where: { id: ada.sessionId } })
    expect(stored).toMatchObject({ authTime: test.clock.now(), secondFactorAt: null, amr: ['pwd'] })
    expect(await whoIs(test.actor(), tokens.accessToken)).toBe(ada.userId)
    expect(await whoIs(test.actor(), ada.accessToken)).toBe('TOKEN_REVOKED')
  })

  it('refuses a wrong one', async () => {
    const ada = await signUp(test.actor())
    expect(await prove(ada, { password: 'Wr0ng-horse-battery!' })).toMatchObject({
      code: 'INVALID_CREDENTIALS',
    })
  })
})

describe('reauthenticateWith', () => {
  it('requires exactly one proof, and changes nothing otherwise', async () => {
    const { ada, app } = await withApp()
    const code = totpCode(test, app)
    const inputs = [
      {},
      { password: null },
      { password, code },
      { code, passkey: {}, ceremonyToken: 'x' },
      { code, ceremonyToken: 'x' },
      { passkey: {} },
      { ceremonyToken: 'x' },
    ]
    for (const input of inputs)
      expect(await prove(ada, input), JSON.stringify(input)).toMatchObject({ code: 'INVALID_INPUT' })
    expect(await prove(ada, { code })).toHaveProperty('tokens')
  })

  it('refuses a passkey with a token of no ceremony', async () => {
    const { ada } = await withApp()
    const input = { passkey: {}, ceremonyToken: 'ghw_x' }
    expect(await prove(ada, input)).toMatchObject({ code: 'INVALID_PASSKEY' })
  })

  it('requires a session', async () => {
    const answer = await test.actor().ask(reauthenticateWithDocument, { input: { password } })
    expect(resultOf(answer)).toMatchObject({ code: 'UNAUTHENTICATED' })
  })
})

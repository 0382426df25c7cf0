import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { clientOperation } from '../support/operations.ts'
import { addPasskey, askPasskeyLogin, askStartPasskeyLogin, newAuthenticator } from '../support/passkeys.ts'
import { askLogin, askRefresh, signUp, tryLogin, whoIs } from '../support/people.ts'
import { auditOf, countRows, insertTenant, raiseVersion } from '../support/rows.ts'
import type { Flaws } from '../support/software-authenticator.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const loginWithPasskeyDocument = clientOperation('LoginWithPasskey')
const refused = {
  __typename: 'InvalidPasskeyProblem',
  code: 'INVALID_PASSKEY',
  message: 'The passkey could not be verified. Try again, or use another way to sign in.',
}

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ env: { LOCKOUT_FAILURES: '3' } })
})
afterAll(() => test.close())

async function withPasskey(options: Parameters<typeof addPasskey>[2] = {}, tenant?: string) {
  const user = await signUp(test.actor(), tenant === undefined ? {} : { tenant })
  return { user, ...(await addPasskey(test, user, options)) }
}

const rowOf = (id: string) => test.database.client.passkey.findUniqueOrThrow({ where: { id } })
const sessionOf = (id: string) => test.database.client.session.findUniqueOrThrow({ where: { id } })
const logged = (reason: string) =>
  test.log.some((line) => line.includes('a passkey was refused') && line.includes(reason))

describe('startPasskeyLogin', () => {
  it('answers alike for every tenant, known or not, and writes nothing', async () => {
    const before = await countRows(test.database)
    const answers = [
      await askStartPasskeyLogin(test),
      await askStartPasskeyLogin(test, await insertTenant(test.database)),
      await askStartPasskeyLogin(test, `unknown-${randomUUID().slice(0, 8)}`),
    ]
    for (const { __typename, options, ceremonyToken } of answers) {
      expect(__typename).toBe('StartPasskeyLoginSuccess')
      expect(ceremonyToken).toMatch(/^ghw_/)
      const { challenge, ...rest } = options
      expect(Buffer.from(challenge, 'base64url')).toHaveLength(32)
      expect(rest).toEqual({
        rpId: 'localhost',
        timeout: 300_000,
        allowCredentials: [],
        userVerification: 'required',
      })
    }
    expect(await countRows(test.database)).toEqual({ ...before, tenants: (before.tenants ?? 0) + 1 })
    expect(await test.database.client.usedCeremony.count()).toBe(0)
  })
})

describe('loginWithPasskey', () => {
  it('signs in without identifier and password, at AAL2', async () => {
    const { user, authenticator, passkeyId } = await withPasskey({ counts: true })
    const result = await askPasskeyLogin(test, authenticator)
    expect(result).toMatchObject({
      __typename: 'LoginSuccess',
      user: { id: user.userId },
      session: { authenticationMethods: ['pop', 'user', 'mfa'], assuranceLevel: 'AAL2' },
    })
    expect(await whoIs(test.actor(), result.tokens.accessToken)).toBe(user.userId)
    expect(await askRefresh(test.actor(), result.tokens.refreshToken)).toMatchObject({
      session: { authenticationMethods: ['pop', 'user', 'mfa'] },
    })
    const now = test.clock.now()
    expect(await sessionOf(result.session.id)).toMatchObject({ authTime: now, secondFactorAt: now })
    expect(await rowOf(passkeyId)).toMatchObject({ lastUsedAt: now, signCount: 2n })
    const events = (await auditOf(test.database, user.userId)).map(({ type }) => type)
    expect(events).toContain('LOGIN_SUCCEEDED')
  })

  it('delivers cookies, and ends the session whose cookies the request carries', async () => {
    const { user, authenticator } = await withPasskey()
    const actor = test.actor()
    const before = await signUp(actor, { tokenTransport: 'COOKIE' })
    const result = await askPasskeyLogin(test, authenticator, { actor, input: { tokenTransport: 'COOKIE' } })
    expect(result.tokens).toMatchObject({ accessToken: null, refreshToken: null })
    expect((await actor.ask(clientOperation('Me'), {})).data.me.id).toBe(user.userId)
    expect((await sessionOf(before.sessionId)).revokedReason).toBe('REPLACED_BY_LOGIN')
  })

  it.each<[string, Flaws, string]>([
    ['another origin', { origin: 'https://evil.test' }, 'origin'],
    ['another RP id', { rpId: 'evil.test' }, 'RP ID'],
    ['another challenge', { challenge: 'AAAA' }, 'challenge'],
    ['the type of a registration', { type: 'webauthn.create' }, 'type'],
    ['a frame of another site', { crossOrigin: true }, 'frame'],
    ['no user verification', { unverified: true }, 'verified'],
    ['no user handle', { userHandle: null }, 'user handle'],
    ['the user handle of another account', { userHandle: 'AAAAAAAAAAAAAAAAAAAAAA' }, 'user handle'],
  ])('refuses %s: one answer, the reason in the log, no change', async (_flaw, flaws, reason) => {
    const { user, authenticator, passkeyId } = await withPasskey()
    const sessions = await test.database.client.session.count()
    expect(await askPasskeyLogin(test, authenticator, { flaws })).toEqual(refused)
    expect(logged(reason)).toBe(true)
    expect(await test.database.client.session.count()).toBe(sessions)
    expect(await rowOf(passkeyId)).toMatchObject({ lastUsedAt: null })
    const [event] = (await auditOf(test.database, user.userId)).slice(-1)
    expect(event).toMatchObject({ type: 'LOGIN_FAILED', reason: 'INVALID_PASSKEY' })
    expect(event?.details).toEqual({})
  })

  it('refuses the signature of another key, an unknown credential, and one that was removed', async () => {
    const { user, authenticator } = await withPasskey()
    expect(
      await askPasskeyLogin(test, authenticator, { flaws: { signedBy: newAuthenticator(test) } }),
    ).toEqual(refused)
    expect(await askPasskeyLogin(test, newAuthenticator(test))).toEqual(refused)
    await test.database.client.passkey.updateMany({
      where: { userId: user.userId },
      data: { removedAt: test.clock.now() },
    })
    expect(await askPasskeyLogin(test, authenticator)).toEqual(refused)
  })

  it('uses a ceremony once, of 20 calls at once', async () => {
    const { user, authenticator } = await withPasskey()
    const { ceremonyToken, options } = await askStartPasskeyLogin(test)
    const input = { ceremonyToken, response: authenticator.get(options) }
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => test.actor().ask(loginWithPasskeyDocument, { input })),
    )
    const types = answers.map(({ data }) => data.loginWithPasskey.__typename)
    expect(types.filter((type) => type === 'LoginSuccess')).toHaveLength(1)
    expect(types.filter((type) => type === 'InvalidPasskeyProblem')).toHaveLength(19)
    expect(await test.database.client.session.count({ where: { userId: user.userId } })).toBe(2)
  })

  it('refuses a ceremony of a registration, and an expired one', async () => {
    const { authenticator, user } = await withPasskey()
    const { ceremonyToken, options } = await askStartPasskeyLogin(test)
    const response = authenticator.get(options)
    const login = async (token: string) => {
      const input = { ceremonyToken: token, response }
      return (await test.actor().ask(loginWithPasskeyDocument, { input })).data.loginWithPasskey
    }
    const bob = await signUp(test.actor())
    const registration = await test
      .actor()
      .ask(clientOperation('StartPasskeyRegistration'), {}, Actor.bearer(bob.accessToken))
    for (const token of [registration.data.startPasskeyRegistration.ceremonyToken, 'rubbish', ''])
      expect(await login(token)).toMatchObject({ __typename: 'InvalidTokenProblem' })
    test.clock.advance(5 * 60)
    expect(await login(ceremonyToken)).toMatchObject({ __typename: 'InvalidTokenProblem' })
    expect(await test.database.client.session.count({ where: { userId: user.userId } })).toBe(1)
  })

  it('reports responses that are too long or malformed as invalid input', async () => {
    const { authenticator } = await withPasskey()
    const { ceremonyToken, options } = await askStartPasskeyLogin(test)
    const { response, ...envelope } = authenticator.get(options)
    for (const json of [
      {},
      { ...envelope, response: { ...response, signature: null } },
      { ...envelope, response: { ...response, signature: 'x'.repeat(16_500) } },
    ]) {
      const input = { ceremonyToken, response: json }
      expect(
        (await test.actor().ask(loginWithPasskeyDocument, { input })).data.loginWithPasskey,
      ).toMatchObject({
        __typename: 'AuthInvalidInputProblem',
      })
    }
  })

  it('refuses a credential of another tenant', async () => {
    const tenant = await insertTenant(test.database)
    const { user, authenticator } = await withPasskey({}, tenant)
    expect(await askPasskeyLogin(test, authenticator)).toEqual(refused)
    expect(logged('another tenant')).toBe(true)
    expect(await askPasskeyLogin(test, authenticator, { tenant })).toMatchObject({
      user: { id: user.userId },
    })
  })

  it('is not kept out by a lock after wrong passwords, and does not end that lock', async () => {
    const { user, authenticator } = await withPasskey()
    for (let attempt = 0; attempt < 3; attempt += 1)
      await tryLogin(test.actor(), user.email, 'Wrong-password-1')
    expect(await askLogin(test.actor(), user.email)).toMatchObject({ __typename: 'AccountLockedProblem' })
    expect(await askPasskeyLogin(test, authenticator)).toMatchObject({ __typename: 'LoginSuccess' })
    expect(await askLogin(test.actor(), user.email)).toMatchObject({ __typename: 'AccountLockedProblem' })
  })

  it("is kept out by an administrator's lock and by deactivation, which only the right proof reveals", async () => {
    const { user, authenticator } = await withPasskey()
    await raiseVersion(test.database, user.userId, { lockedAt: test.clock.now() })
    expect(await askPasskeyLogin(test, authenticator)).toMatchObject({ __typename: 'AccountLockedProblem' })
    expect(await askPasskeyLogin(test, authenticator, { flaws: { unverified: true } })).toEqual(refused)
    await raiseVersion(test.database, user.userId, { lockedAt: null, active: false })
    expect(await askPasskeyLogin(test, authenticator)).toMatchObject({ __typename: 'AccountDisabledProblem' })
  })

  it('does not ask the age of the password', async () => {
    const { user, authenticator } = await withPasskey()
    await test.database.client.password.update({
      where: { userId: user.userId },
      data: { expiresAt: test.clock.now() },
    })
    expect(await askLogin(test.actor(), user.email)).toMatchObject({ __typename: 'PasswordExpired' })
    expect(await askPasskeyLogin(test, authenticator)).toMatchObject({ __typename: 'LoginSuccess' })
  })

  it('respects the limit of sessions, and the ceremony can be used again then', async () => {
    const strict = await createTestApp({
      env: { SESSION_LIMIT: '1', SESSION_LIMIT_POLICY: 'reject' },
      database: test.database,
    })
    const user = await signUp(strict.actor())
    const { authenticator, passkeyId } = await addPasskey(strict, user)
    const { ceremonyToken, options } = await askStartPasskeyLogin(strict)
    const input = { ceremonyToken, response: authenticator.get(options) }
    const login = async () =>
      (await strict.actor().ask(loginWithPasskeyDocument, { input })).data.loginWithPasskey
    expect(await login()).toMatchObject({ __typename: 'SessionLimitProblem' })
    expect(await rowOf(passkeyId)).toMatchObject({ lastUsedAt: null })
    await strict.actor().ask(clientOperation('Logout'), {}, Actor.bearer(user.accessToken))
    expect(await login()).toMatchObject({ __typename: 'LoginSuccess' })
    await strict.close()
  })

  it('requires a verified address if the configuration does', async () => {
    const { user, authenticator } = await withPasskey()
    const strict = await createTestApp({
      env: { EMAIL_VERIFICATION: 'required' },
      database: test.database,
    })
    expect(await askPasskeyLogin(strict, authenticator)).toMatchObject({
      __typename: 'EmailVerificationRequired',
      email: user.email,
    })
    await strict.close()
  })

  it('reports a counter that does not increase as a risk signal, and signs in', async () => {
    const { user, authenticator, passkeyId } = await withPasskey({ counts: true })
    const signalsOf = async (flaws: Flaws) =>
      (await sessionOf((await askPasskeyLogin(test, authenticator, { flaws })).session.id)).riskSignals
    expect(await signalsOf({ counter: 7 })).not.toContain('PASSKEY_COUNTER_REGRESSED')
    expect(await signalsOf({ counter: 7 })).toContain('PASSKEY_COUNTER_REGRESSED')
    expect(await rowOf(passkeyId)).toMatchObject({ signCount: 7n })
    const [event] = (await auditOf(test.database, user.userId)).slice(-1)
    expect(event).toMatchObject({ details: { riskSignals: ['PASSKEY_COUNTER_REGRESSED'] } })
  })

  it('forgets wrong codes of the authenticator app', async () => {
    const { user, authenticator } = await withPasskey()
    await test.database.client.totpSecret.create({
      data: {
        id: randomUUID(),
        userId: user.userId,
        sealedSecret: new Uint8Array(48),
        failures: 100,
        createdAt: new Date(),
        confirmedAt: new Date(),
      },
    })
    await askPasskeyLogin(test, authenticator)
    expect(await test.database.client.totpSecret.findFirst({ where: { userId: user.userId } })).toMatchObject(
      {
        failures: 0,
      },
    )
  })
})

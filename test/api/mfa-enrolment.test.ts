import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { resultOf } from '../support/answers.ts'
import { agents, behindProxy, from } from '../support/devices.ts'
import { EventStream } from '../support/event-stream.ts'
import { tokenFor } from '../support/mails.ts'
import {
  clientOperation,
  confirmTotpDocument,
  registerDocument,
  resetUserFactorsDocument,
  startTotpEnrolmentDocument,
  undoFactorChangeDocument,
} from '../support/operations.ts'
import { askPasskeyLogin, askRegister, newAuthenticator } from '../support/passkeys.ts'
import { askAs, askLogin, askRefresh, signUp, signUpAs, whoIs } from '../support/people.ts'
import { auditTypesOf, insertPasskey, setRole } from '../support/rows.ts'
import { challenge, complete, enrolTotp, nextCode, totpCode } from '../support/second-steps.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

const day = 86_400

let test: TestApp
/** With MFA=required and no days to enrol. */
let strict: TestApp
beforeAll(async () => {
  const env = { ...behindProxy, MFA_ADMIN_ACTIONS: 'aal1' }
  test = await createTestApp({ env: { ...env, MFA: 'required' } })
  strict = await createTestApp({ env: { ...env, MFA: 'required', MFA_ENROL_DAYS: '0' } })
})
afterAll(async () => {
  await test.close()
  await strict.close()
})

type Input = Readonly<Record<string, unknown>>

async function register(actor: Actor, input: Input = {}) {
  const sent = { email: freshEmail(), password: goodPassword, ...input }
  const answer = await actor.ask(registerDocument, { input: sent })
  expect(answer.errors).toEqual([])
  return { ...answer.data.register, email: sent.email }
}

const start = (actor: Actor, enrolmentToken: string, input: Input = {}) =>
  actor.ask(startTotpEnrolmentDocument, { input: { enrolmentToken, ...input } })

const confirm = (actor: Actor, enrolmentToken: string, code: string, input: Input = {}) =>
  actor.ask(confirmTotpDocument, { input: { code, enrolmentToken, ...input } })

/** Enrols an authenticator app by the token, and returns the result with the secret. */
async function enrol(app: TestApp, actor: Actor, enrolmentToken: string) {
  const { secret } = (await start(actor, enrolmentToken)).data.startTotpEnrolment
  const confirmed = await confirm(actor, enrolmentToken, totpCode(app, { secret }))
  expect(confirmed.errors).toEqual([])
  return { ...confirmed.data.confirmTotp, secret }
}

const startPasskey = async (actor: Actor, enrolmentToken: string, input: Input = {}) =>
  resultOf(
    await actor.ask(clientOperation('StartPasskeyRegistration'), { input: { enrolmentToken, ...input } }),
  )

const finishPasskey = async (actor: Actor, ceremonyToken: string, response: object, input: Input = {}) =>
  resultOf(
    await actor.ask(clientOperation('FinishPasskeyRegistration'), {
      input: { ceremonyToken, response, ...input },
    }),
  )

/** Registers a passkey by the token, and returns the result with the authenticator. */
async function enrolPasskey(app: TestApp, actor: Actor, enrolmentToken: string, input: Input = {}) {
  const authenticator = newAuthenticator(app)
  const { ceremonyToken, options } = await startPasskey(actor, enrolmentToken, input)
  const finished = await finishPasskey(actor, ceremonyToken, authenticator.create(options), input)
  return { ...finished, authenticator }
}

const invalidToken = { __typename: 'InvalidTokenProblem', code: 'INVALID_TOKEN' }
const enrolmentRequired = {
  __typename: 'MfaEnrolmentRequired',
  enrolmentToken: expect.stringMatching(/^ghc_/),
  enrollable: ['TOTP', 'PASSKEY'],
}

describe('MFA=required', () => {
  it('lets an account sign in for MFA_ENROL_DAYS, and ends its sessions then', async () => {
    const ada = await signUp(test.actor())
    const deadline = new Date(test.clock.now().getTime() + 14 * day * 1000)
    const session = { where: { id: ada.sessionId } }
    expect((await test.database.client.session.findUniqueOrThrow(session)).expiresAt).toEqual(deadline)
    test.clock.advance(13 * day)
    const later = await askLogin(test.actor(), ada.email)
    expect(later).toMatchObject({
      __typename: 'LoginSuccess',
      session: { expiresAt: deadline.toISOString() },
    })
    test.clock.advance(day - 60)
    expect(await whoIs(test.actor(), (await askLogin(test.actor(), ada.email)).tokens.accessToken)).toBe(
      ada.userId,
    )
    test.clock.advance(60)
    expect(await whoIs(test.actor(), later.tokens.accessToken)).toBe('TOKEN_EXPIRED')
    expect(await askLogin(test.actor(), ada.email)).toMatchObject(enrolmentRequired)
  })

  it('sets the deadline at the first sign-in after it applied, also for the sessions from before', async () => {
    const before = await createTestApp({ database: test.database, clock: test.clock, env: behindProxy })
    const ada = await signUp(before.actor())
    await before.close()
    const { client } = test.database
    const expiry = async () =>
      (await client.session.findUniqueOrThrow({ where: { id: ada.sessionId } })).expiresAt
    const unlimited = await expiry()
    test.clock.advance(60)
    await askLogin(test.actor(), ada.email)
    const deadline = new Date(test.clock.now().getTime() + 14 * day * 1000)
    expect(await expiry()).toEqual(deadline)
    expect(unlimited.getTime()).toBeGreaterThan(deadline.getTime())
    const user = await client.user.findUniqueOrThrow({ where: { id: ada.userId } })
    expect(user.enrolFactorBy).toEqual(deadline)
  })

  it('ends the sessions from before at once if MFA_ENROL_DAYS is 0, their access tokens and streams too', async () => {
    const before = await createTestApp({ database: test.database, clock: test.clock, env: behindProxy })
    const ada = await signUp(before.actor())
    await before.close()
    const env = { ...behindProxy, MFA: 'required', MFA_ENROL_DAYS: '0' }
    const strict = await createTestApp({ database: test.database, clock: test.clock, env })
    try {
      const query = 'subscription { sessionEvents { type } }'
      const headers = { accept: 'text/event-stream', ...Actor.bearer(ada.accessToken) }
      const stream = new EventStream(await strict.actor().send({ query }, headers))
      expect(await whoIs(strict.actor(), ada.accessToken)).toBe(ada.userId)
      expect(await askLogin(strict.actor(), ada.email)).toMatchObject(enrolmentRequired)
      expect(await whoIs(strict.actor(), ada.accessToken)).toBe('TOKEN_REVOKED')
      await stream.end()
    } finally {
      await strict.close()
    }
  })

  it('gives only the session in which a factor is enrolled in time its lifetime back', async () => {
    const ada = await signUp(test.actor())
    const [other, remembered] = [test.actor(), test.actor()]
    const { session } = await askLogin(other, ada.email)
    const { client } = test.database
    const expiryOf = async (id: string) =>
      (await client.session.findUniqueOrThrow({ where: { id } })).expiresAt.getTime()
    const deadline = await expiryOf(ada.sessionId)
    const signedInAt = test.clock.now().getTime()
    const lasting = await askLogin(remembered, ada.email, { rememberMe: true })
    test.clock.advance(10)
    const { standard, rememberMe } = test.config.sessions
    expect(await askRegister(test, ada, newAuthenticator(test))).toMatchObject({
      __typename: 'FinishPasskeyRegistrationSuccess',
    })
    expect(await expiryOf(ada.sessionId)).toBe(signedInAt + standard.maxSeconds * 1000)
    expect(await expiryOf(session.id)).toBe(deadline)
    await client.passkey.deleteMany({ where: { userId: ada.userId } })
    await enrolTotp(test, { ...ada, accessToken: lasting.tokens.accessToken })
    expect(await expiryOf(lasting.session.id)).toBe(signedInAt + rememberMe.maxSeconds * 1000)
  })

  it('refreshes that session after the deadline', async () => {
    const ada = await signUp(test.actor())
    test.clock.advance(14 * day - 60)
    const actor = test.actor()
    const { tokens } = await askLogin(actor, ada.email)
    expect(await askRegister(test, tokens, newAuthenticator(test))).toMatchObject({
      __typename: 'FinishPasskeyRegistrationSuccess',
    })
    test.clock.advance(60)
    const refreshed = await askRefresh(actor, tokens.refreshToken)
    expect(refreshed).toMatchObject({ __typename: 'RefreshSuccess' })
    expect(await whoIs(actor, refreshed.tokens.accessToken)).toBe(ada.userId)
  })

  it('requires the enrolment of a user whose factors were reset', async () => {
    const ada = await enrolTotp(test, await signUp(test.actor()))
    const admin = await signUpAs(test, 'ADMIN')
    const input = { userId: ada.userId, reason: 'lost' }
    await askAs(test, admin, resetUserFactorsDocument, { input })
    expect(await askLogin(test.actor(), ada.email)).toMatchObject(enrolmentRequired)
  })
})

describe('the enrolment during a sign-in', () => {
  it('ends with a session of two factors, without a second code', async () => {
    const ada = await register(strict.actor())
    expect(ada).toMatchObject(enrolmentRequired)
    const { client } = strict.database
    const { id: userId } = await client.user.findFirstOrThrow({ where: { email: ada.email } })
    expect(await client.session.count({ where: { userId } })).toBe(0)
    const actor = strict.actor()
    const login = await askLogin(actor, ada.email)
    expect(login).toMatchObject(enrolmentRequired)
    const enrolled = await enrol(strict, actor, login.enrolmentToken)
    expect(enrolled).toMatchObject({ __typename: 'ConfirmTotpSuccess', revokedSessions: 0 })
    expect(enrolled.recoveryCodes).toHaveLength(10)
    const done = await complete(actor, enrolled.challengeToken, {})
    expect(done).toMatchObject({ __typename: 'LoginSuccess' })
    const session = await client.session.findUniqueOrThrow({ where: { id: done.session.id } })
    expect(session.amr).toEqual(['pwd', 'otp', 'mfa'])
    expect(session.expiresAt.getTime()).toBeGreaterThan(strict.clock.now().getTime() + day * 1000)
    const next = await challenge(strict.actor(), ada.email)
    expect(await complete(strict.actor(), next, { code: nextCode(strict, enrolled) })).toMatchObject({
      __typename: 'LoginSuccess',
    })
    expect(await auditTypesOf(strict.database, userId)).toContain('FACTOR_ADDED')
  })

  it('is bound to the browser with cookies', async () => {
    const { email } = await register(strict.actor())
    const browser = strict.actor()
    const { enrolmentToken } = await askLogin(browser, email, { tokenTransport: 'COOKIE' })
    expect((await start(strict.actor(), enrolmentToken)).data.startTotpEnrolment).toMatchObject(invalidToken)
    const { challengeToken } = await enrol(strict, browser, enrolmentToken)
    expect(await complete(strict.actor(), challengeToken, {})).toMatchObject(invalidToken)
    expect(await complete(browser, challengeToken, {})).toMatchObject({ __typename: 'LoginSuccess' })
    expect(browser.cookies.has('__Host-gatehouse-access')).toBe(true)
  })

  it('is bound to the device with BODY transport', async () => {
    const { email } = await register(strict.actor())
    const { enrolmentToken } = await askLogin(strict.actor(from('203.0.113.9')), email)
    const thief = strict.actor(from('203.0.113.9', agents.curl))
    expect((await start(thief, enrolmentToken)).data.startTotpEnrolment).toMatchObject(invalidToken)
    expect((await confirm(thief, enrolmentToken, '000000')).data.confirmTotp).toMatchObject(invalidToken)
    expect((await start(strict.actor(), enrolmentToken)).data.startTotpEnrolment).toMatchObject({
      __typename: 'StartTotpEnrolmentSuccess',
    })
  })

  it('ends after 15 minutes, and works once', async () => {
    const { email } = await register(strict.actor())
    const actor = strict.actor()
    const { enrolmentToken } = await askLogin(actor, email)
    await enrol(strict, actor, enrolmentToken)
    expect((await start(actor, enrolmentToken)).data.startTotpEnrolment).toMatchObject(invalidToken)
    const other = await register(strict.actor())
    strict.clock.advance(900)
    expect((await start(actor, other.enrolmentToken)).data.startTotpEnrolment).toMatchObject(invalidToken)
  })

  it('enrols one app of several confirmations at once', async () => {
    const { email } = await register(strict.actor())
    const actor = strict.actor()
    const { enrolmentToken } = await askLogin(actor, email)
    const { secret } = (await start(actor, enrolmentToken)).data.startTotpEnrolment
    const code = totpCode(strict, { secret })
    const answers = await Promise.all(Array.from({ length: 5 }, () => confirm(actor, enrolmentToken, code)))
    const kinds = answers.map(({ data }) => data.confirmTotp.__typename)
    expect(kinds.filter((kind) => kind === 'ConfirmTotpSuccess')).toHaveLength(1)
  })

  it('is no second step: neither completes the sign-in, nor with the token of another kind', async () => {
    const ada = await register(strict.actor())
    const actor = strict.actor()
    const { enrolmentToken } = await askLogin(actor, ada.email)
    expect(await complete(actor, enrolmentToken, {})).toMatchObject(invalidToken)
    expect(await complete(actor, enrolmentToken, { code: '123456' })).toMatchObject(invalidToken)
    await enrol(strict, actor, enrolmentToken)
    const secondStep = await challenge(actor, ada.email)
    expect((await start(actor, secondStep)).data.startTotpEnrolment).toMatchObject(invalidToken)
  })

  it('is void once the account has a factor: the password alone replaces none', async () => {
    const { email } = await register(strict.actor())
    const [owner, thief] = [strict.actor(), strict.actor()]
    const early = await askLogin(thief, email)
    const own = await enrol(strict, owner, (await askLogin(owner, email)).enrolmentToken)
    expect((await start(thief, early.enrolmentToken)).data.startTotpEnrolment).toMatchObject(invalidToken)
    const next = await challenge(strict.actor(), email)
    expect(await complete(strict.actor(), next, { code: nextCode(strict, own) })).toMatchObject({
      __typename: 'LoginSuccess',
    })
  })

  it('is void once the account has a factor, also with an enrolment that has begun before', async () => {
    const { email } = await register(strict.actor())
    const thief = strict.actor()
    const { enrolmentToken } = await askLogin(thief, email)
    const begun = (await start(thief, enrolmentToken)).data.startTotpEnrolment
    const { id } = await strict.database.client.user.findFirstOrThrow({ where: { email } })
    await insertPasskey(strict.database, id)
    const confirmed = await confirm(thief, enrolmentToken, totpCode(strict, begun))
    expect(confirmed.data.confirmTotp).toMatchObject(invalidToken)
  })

  it('enrols one app of several sign-ins at once', async () => {
    const { email } = await register(strict.actor())
    const { enrolmentToken: first } = await askLogin(strict.actor(), email)
    const { enrolmentToken: second } = await askLogin(strict.actor(), email)
    const { secret } = (await start(strict.actor(), first)).data.startTotpEnrolment
    const code = totpCode(strict, { secret })
    const answers = await Promise.all([first, second].map((token) => confirm(strict.actor(), token, code)))
    const kinds = answers.map(({ data }) => data.confirmTotp.__typename)
    expect(kinds.filter((kind) => kind === 'ConfirmTotpSuccess')).toHaveLength(1)
  })

  it('is void after a lock, a change of the account and a deactivation', async () => {
    const { client } = strict.database
    for (const change of [{ lockedAt: strict.clock.now() }, { tokenVersion: 9 }, { active: false }]) {
      const { email } = await register(strict.actor())
      const actor = strict.actor()
      const { enrolmentToken } = await askLogin(actor, email)
      await client.user.updateMany({ where: { email }, data: change })
      expect((await start(actor, enrolmentToken)).data.startTotpEnrolment).toMatchObject(invalidToken)
    }
  })

  it('can be taken back by the link of the mail; the policy still applies', async () => {
    const { email } = await register(strict.actor())
    const actor = strict.actor()
    await enrol(strict, actor, (await askLogin(actor, email)).enrolmentToken)
    const token = await tokenFor(strict, email, 'undo-factor-change')
    const undone = await strict.actor().ask(undoFactorChangeDocument, { input: { token } })
    expect(undone.data.undoFactorChange).toMatchObject({ __typename: 'UndoFactorChangeSuccess' })
    const { client } = strict.database
    expect(await client.totpSecret.count({ where: { user: { email }, removedAt: null } })).toBe(0)
  })

  it('requires a session or a token', async () => {
    const answer = await strict.actor().ask(startTotpEnrolmentDocument, {})
    expect(answer.errors[0]?.extensions.code).toBe('UNAUTHENTICATED')
  })
})

describe('the registration of a passkey during a sign-in', () => {
  const passkeysOf = (email: string) =>
    strict.database.client.passkey.count({ where: { user: { email }, removedAt: null } })

  it('ends with a session of two factors, without a second proof', async () => {
    const { email } = await register(strict.actor())
    const actor = strict.actor()
    const { enrolmentToken } = await askLogin(actor, email)
    const { authenticator, ...enrolled } = await enrolPasskey(strict, actor, enrolmentToken)
    expect(enrolled).toMatchObject({ __typename: 'FinishPasskeyRegistrationSuccess' })
    expect(enrolled.recoveryCodes).toHaveLength(10)
    const done = await complete(actor, enrolled.challengeToken, {})
    expect(done).toMatchObject({ __typename: 'LoginSuccess' })
    const { client } = strict.database
    const session = await client.session.findUniqueOrThrow({ where: { id: done.session.id } })
    expect(session.amr).toEqual(['pwd', 'pop', 'user', 'mfa'])
    expect(session.expiresAt.getTime()).toBeGreaterThan(strict.clock.now().getTime() + day * 1000)
    expect(await complete(actor, enrolled.challengeToken, {})).toMatchObject(invalidToken)
    expect(await askPasskeyLogin(strict, authenticator)).toMatchObject({ __typename: 'LoginSuccess' })
    expect(await askLogin(strict.actor(), email)).toMatchObject({
      __typename: 'MfaChallenge',
      methods: ['RECOVERY_CODE', 'PASSKEY'],
    })
    expect(await auditTypesOf(strict.database, session.userId)).toContain('FACTOR_ADDED')
    expect(await tokenFor(strict, email, 'undo-factor-change')).toMatch(/^gho_/)
  })

  it('continues a registration too', async () => {
    const actor = strict.actor()
    const { email, enrolmentToken } = await register(actor)
    const { challengeToken } = await enrolPasskey(strict, actor, enrolmentToken)
    expect(await complete(actor, challengeToken, {})).toMatchObject({ user: { email } })
  })

  it.each(['COOKIE', 'HYBRID'])('is bound to the browser with %s, in each step', async (tokenTransport) => {
    const { email } = await register(strict.actor())
    const [browser, thief] = [strict.actor(), strict.actor()]
    const { enrolmentToken } = await askLogin(browser, email, { tokenTransport })
    expect(await startPasskey(thief, enrolmentToken)).toMatchObject(invalidToken)
    const { ceremonyToken, options } = await startPasskey(browser, enrolmentToken)
    const response = newAuthenticator(strict).create(options)
    expect(await finishPasskey(thief, ceremonyToken, response)).toMatchObject(invalidToken)
    expect(await passkeysOf(email)).toBe(0)
    const { challengeToken } = await finishPasskey(browser, ceremonyToken, response)
    expect(await complete(thief, challengeToken, {})).toMatchObject(invalidToken)
    expect(await complete(browser, challengeToken, {})).toMatchObject({ __typename: 'LoginSuccess' })
  })

  it('is bound to the device with BODY transport, in each step', async () => {
    const { email } = await register(strict.actor())
    const device = { fingerprint: 'a'.repeat(32) }
    const actor = strict.actor()
    const { enrolmentToken } = await askLogin(actor, email, { device })
    expect(await startPasskey(actor, enrolmentToken)).toMatchObject(invalidToken)
    const { ceremonyToken, options } = await startPasskey(actor, enrolmentToken, { device })
    const response = newAuthenticator(strict).create(options)
    expect(await finishPasskey(actor, ceremonyToken, response)).toMatchObject(invalidToken)
    const thief = strict.actor(from('203.0.113.9', agents.curl))
    expect(await finishPasskey(thief, ceremonyToken, response, { device })).toMatchObject(invalidToken)
    expect(await passkeysOf(email)).toBe(0)
    const { challengeToken } = await finishPasskey(actor, ceremonyToken, response, { device })
    expect(await complete(actor, challengeToken, { device })).toMatchObject({ __typename: 'LoginSuccess' })
  })

  it('enrols one factor of several at once, by passkeys and an app', async () => {
    const { email } = await register(strict.actor())
    const actor = strict.actor()
    const { enrolmentToken } = await askLogin(actor, email)
    const { secret } = (await start(actor, enrolmentToken)).data.startTotpEnrolment
    const started = await Promise.all(Array.from({ length: 4 }, () => startPasskey(actor, enrolmentToken)))
    const [app, ...passkeys] = await Promise.all([
      confirm(actor, enrolmentToken, totpCode(strict, { secret })).then(resultOf),
      ...started.map(({ ceremonyToken, options }) =>
        finishPasskey(actor, ceremonyToken, newAuthenticator(strict).create(options)),
      ),
    ])
    const successes = ['ConfirmTotpSuccess', 'FinishPasskeyRegistrationSuccess']
    const results = [app, ...passkeys]
    expect(results.filter(({ __typename }) => successes.includes(__typename))).toHaveLength(1)
    const where = { user: { email }, removedAt: null }
    const apps = await strict.database.client.totpSecret.count({
      where: { ...where, confirmedAt: { not: null } },
    })
    expect(apps + (await passkeysOf(email))).toBe(1)
  })

  it('is void once the account has a factor, also with a ceremony that has begun before', async () => {
    const { email } = await register(strict.actor())
    const [owner, thief] = [strict.actor(), strict.actor()]
    const { enrolmentToken } = await askLogin(thief, email)
    const { ceremonyToken, options } = await startPasskey(thief, enrolmentToken)
    await enrolPasskey(strict, owner, (await askLogin(owner, email)).enrolmentToken)
    expect(await startPasskey(thief, enrolmentToken)).toMatchObject(invalidToken)
    const response = newAuthenticator(strict).create({ ...options, excludeCredentials: [] })
    expect(await finishPasskey(thief, ceremonyToken, response)).toMatchObject(invalidToken)
    expect(await passkeysOf(email)).toBe(1)
  })

  it('enrols one passkey of several sign-ins at once', async () => {
    const { email } = await register(strict.actor())
    const begun = await Promise.all(
      Array.from({ length: 4 }, async () => {
        const actor = strict.actor()
        const { enrolmentToken } = await askLogin(actor, email)
        return { actor, ...(await startPasskey(actor, enrolmentToken)) }
      }),
    )
    const results = await Promise.all(
      begun.map(({ actor, ceremonyToken, options }) =>
        finishPasskey(actor, ceremonyToken, newAuthenticator(strict).create(options)),
      ),
    )
    const types = results.map(({ __typename }) => __typename)
    expect(types.filter((type) => type === 'FinishPasskeyRegistrationSuccess')).toHaveLength(1)
    expect(types.filter((type) => type === 'InvalidTokenProblem')).toHaveLength(3)
    expect(await passkeysOf(email)).toBe(1)
  })

  it('ends with the ceremony, with the token, and when it was used', async () => {
    const { email } = await register(strict.actor())
    const actor = strict.actor()
    const { enrolmentToken } = await askLogin(actor, email)
    const first = await startPasskey(actor, enrolmentToken)
    strict.clock.advance(5 * 60)
    const response = newAuthenticator(strict).create(first.options)
    expect(await finishPasskey(actor, first.ceremonyToken, response)).toMatchObject(invalidToken)
    strict.clock.advance(9 * 60)
    const late = await startPasskey(actor, enrolmentToken)
    strict.clock.advance(60)
    const tooLate = newAuthenticator(strict).create(late.options)
    expect(await finishPasskey(actor, late.ceremonyToken, tooLate)).toMatchObject(invalidToken)
    expect(await startPasskey(actor, enrolmentToken)).toMatchObject(invalidToken)
    const other = await askLogin(actor, email)
    await enrolPasskey(strict, actor, other.enrolmentToken)
    expect(await startPasskey(actor, other.enrolmentToken)).toMatchObject(invalidToken)
    expect(await passkeysOf(email)).toBe(1)
  })

  it('refuses a wrong response like in a session; the token stays usable', async () => {
    const { email } = await register(strict.actor())
    const actor = strict.actor()
    const { enrolmentToken } = await askLogin(actor, email)
    const { ceremonyToken, options } = await startPasskey(actor, enrolmentToken)
    const evil = newAuthenticator(strict).create(options, { origin: 'https://evil.test' })
    expect(await finishPasskey(actor, ceremonyToken, evil)).toMatchObject({ code: 'INVALID_PASSKEY' })
    expect(await enrolPasskey(strict, actor, enrolmentToken)).toMatchObject({
      challengeToken: expect.stringMatching(/^ghc_/),
    })
  })

  it('is void after a lock, a change of the account and a deactivation between its steps', async () => {
    const { client } = strict.database
    for (const change of [{ lockedAt: strict.clock.now() }, { tokenVersion: 9 }, { active: false }]) {
      const { email } = await register(strict.actor())
      const actor = strict.actor()
      const { enrolmentToken } = await askLogin(actor, email)
      const { ceremonyToken, options } = await startPasskey(actor, enrolmentToken)
      await client.user.updateMany({ where: { email }, data: change })
      expect(await startPasskey(actor, enrolmentToken)).toMatchObject(invalidToken)
      const response = newAuthenticator(strict).create(options)
      expect(await finishPasskey(actor, ceremonyToken, response)).toMatchObject(invalidToken)
      expect(await passkeysOf(email)).toBe(0)
    }
  })

  it('registers for the account of the token, also if another user is signed in', async () => {
    const { email } = await register(strict.actor())
    const actor = strict.actor()
    const other = await register(actor)
    const bob = await complete(actor, (await enrol(strict, actor, other.enrolmentToken)).challengeToken, {})
    const signedIn = strict.actor(Actor.bearer(bob.tokens.accessToken))
    const { enrolmentToken } = await askLogin(strict.actor(), email)
    const { ceremonyToken, options } = await startPasskey(signedIn, enrolmentToken)
    const response = newAuthenticator(strict).create(options)
    expect(await finishPasskey(signedIn, ceremonyToken, response)).toMatchObject({
      challengeToken: expect.stringMatching(/^ghc_/),
    })
    expect(await passkeysOf(email)).toBe(1)
    expect(await strict.database.client.passkey.count({ where: { userId: bob.user.id } })).toBe(0)
  })

  it('requires a session or a token', async () => {
    const begun = await strict.actor().ask(clientOperation('StartPasskeyRegistration'), {})
    expect(begun.errors[0]?.extensions.code).toBe('UNAUTHENTICATED')
    const ada = await signUp(test.actor())
    const ofSession = await askAs(test, ada, clientOperation('StartPasskeyRegistration'), {})
    const response = newAuthenticator(test).create(ofSession.options)
    for (const ceremonyToken of [ofSession.ceremonyToken, 'rubbish']) {
      const input = { ceremonyToken, response }
      const ended = await test.actor().ask(clientOperation('FinishPasskeyRegistration'), { input })
      expect(ended.errors[0]?.extensions.code).toBe('UNAUTHENTICATED')
    }
  })
})

describe('MFA=privileged', () => {
  it('applies to moderators and administrators only', async () => {
    const database = test.database
    const env = { ...behindProxy, MFA: 'privileged', MFA_ENROL_DAYS: '0' }
    const app = await createTestApp({ database, clock: test.clock, env })
    const user = await signUp(app.actor())
    expect(await askLogin(app.actor(), user.email)).toMatchObject({ __typename: 'LoginSuccess' })
    await setRole(database, user.userId, 'MODERATOR')
    expect(await askLogin(app.actor(), user.email)).toMatchObject(enrolmentRequired)
    await app.close()
  })
})

import { describe, expect, inject, it } from 'vitest'
import { Actor, type GraphqlAnswer } from '../support/actor.ts'
import { outcomeOf, resultOf } from '../support/answers.ts'
import { makeKey } from '../support/api-keys.ts'
import { eventually } from '../support/eventually.ts'
import { actorAt, budgetsOf, exhaust, freshAddress, limitedApps, limitFields } from '../support/limits.ts'
import { registerDocument } from '../support/operations.ts'
import { addPasskey, askPasskeyLogin } from '../support/passkeys.ts'
import { askRefresh, rotate, type SignedIn, signUp, signUpAs } from '../support/people.ts'
import { freshPhoneNumber, requestCode } from '../support/phones.ts'
import { auditWhere, tenantIdOf } from '../support/rows.ts'
import { challenge, insertApp, tryComplete, wrongCode } from '../support/second-steps.ts'
import { send } from '../support/services.ts'
import { storeSettings, tenantWith } from '../support/tenants.ts'
import { freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

const open = limitedApps()
const embedded = inject('backend') === 'embedded'

/** One call that is charged to the limit, from an address of its own. */
type Call = (test: TestApp, tenant: string, user: SignedIn) => Promise<GraphqlAnswer>

const asUser = (test: TestApp, { accessToken }: SignedIn, document: string, variables = {}) =>
  actorAt(test).ask(document, variables, Actor.bearer(accessToken))
const login = (test: TestApp, tenant?: string, headers = {}) =>
  actorAt(test).ask(
    `mutation ($input: LoginInput!) { login(input: $input) { __typename ${limitFields} } }`,
    { input: { identifier: freshEmail(), password: goodPassword, tenant } },
    headers,
  )
const register = (test: TestApp, tenant?: string, actor = actorAt(test)) =>
  actor.ask(registerDocument, { input: { email: freshEmail(), password: goodPassword, tenant } })
const me: Call = (test, _tenant, user) => asUser(test, user, '{ me { id } }')

const calls: Readonly<Record<string, Call>> = {
  register: (test, tenant) => register(test, tenant),
  login: (test, tenant) => login(test, tenant),
  mail: (test, tenant) =>
    actorAt(test).ask(
      `mutation ($input: RequestPasswordResetInput!) { requestPasswordReset(input: $input) { __typename } }`,
      { input: { email: freshEmail(), tenant } },
    ),
  passwordCheck: (test, tenant) =>
    actorAt(test).ask(
      `mutation ($input: CheckPasswordStrengthInput!) { checkPasswordStrength(input: $input) { __typename } }`,
      { input: { password: goodPassword, tenant } },
    ),
  query: (test, tenant) =>
    actorAt(test).ask('query ($tenant: String) { passwordPolicy(tenant: $tenant) { minLength } }', {
      tenant,
    }),
  mutation: (test, _tenant, user) => asUser(test, user, 'mutation { revokeOtherSessions { __typename } }'),
  credentials: (test, _tenant, user) =>
    asUser(
      test,
      user,
      `mutation { changePassword(input: { currentPassword: "${goodPassword}", newPassword: "x" }) { __typename } }`,
    ),
  credentialsAndMail: (test, _tenant, user) =>
    asUser(
      test,
      user,
      `mutation { requestEmailChange(input: { newEmail: "${freshEmail()}", currentPassword: "${goodPassword}" }) { __typename } }`,
    ),
  phoneCode: (test, _tenant, user) =>
    asUser(test, user, 'mutation { verifyPhone(input: { code: "123456" }) { __typename } }'),
}

describe('a budget of a tenant', () => {
  it.each(Object.entries(calls))(
    'for %s is shared by all callers of the tenant, and by no one else',
    async (limit, call) => {
      const test = await open()
      const tenant = await tenantWith(test, { rateLimits: { [limit]: '3/1h' } })
      const other = await tenantWith(test, {})
      // This registration is one of the calls.
      const user = await signUp(actorAt(test), { tenant })
      const free = limit === 'register' ? 2 : 3
      const refused = await exhaust(free, () => call(test, tenant, user))
      expect(['RATE_LIMITED', 'AuthRateLimitedProblem']).toContain(outcomeOf(refused))
      expect(refused.headers.get('retry-after')).toMatch(/^3[56]\d\d$/)
      const stranger = await signUp(actorAt(test), { tenant: other })
      await exhaust(4, () => call(test, other, stranger))
      await exhaust(4, async () => call(test, 'default', await signUp(actorAt(test))))
    },
  )

  it('for secondStep counts wrong codes of all accounts', async () => {
    const test = await open()
    const tenant = await tenantWith(test, { rateLimits: { secondStep: '2/1h' } })
    const step = async () => {
      const user = await signUp(actorAt(test), { tenant })
      const { secret } = await insertApp(test, user.userId)
      const actor = actorAt(test)
      const token = await challenge(actor, user.email, { tenant })
      return tryComplete(actor, token, { code: wrongCode(test, { secret }) })
    }
    expect(outcomeOf(await exhaust(2, step))).toBe('AuthRateLimitedProblem')
  })

  it('for passkeyLogin counts responses of all accounts', async () => {
    const test = await open({ RATE_LIMITS: 'off' })
    const tenant = await tenantWith(test, { rateLimits: { passkeyLogin: '2/1h' } })
    const { authenticator } = await addPasskey(test, await signUp(test.actor(), { tenant }))
    const step = () => askPasskeyLogin(test, authenticator, { tenant })
    expect(await step()).toMatchObject({ __typename: 'LoginSuccess' })
    expect(await askPasskeyLogin(test, authenticator)).toMatchObject({ code: 'INVALID_PASSKEY' })
    expect(await step()).toMatchObject({ __typename: 'LoginSuccess' })
    expect(await step()).toMatchObject({ __typename: 'AuthRateLimitedProblem', limit: 2 })
  })

  it('for textMessage refuses before anything of the installation is used up', async () => {
    const test = await open({ RATE_LIMIT_SMS_TOTAL: '4/1h' })
    const tenant = await tenantWith(test, { rateLimits: { textMessage: '1/1h' } })
    const message = async (there?: string) => {
      const phoneNumber = freshPhoneNumber()
      return requestCode(test, await signUp(actorAt(test), { phoneNumber, ...(there && { tenant: there }) }))
    }
    const sent = { __typename: 'RequestPhoneVerificationSuccess' }
    expect(await message(tenant)).toMatchObject(sent)
    for (let count = 0; count < 3; count += 1)
      expect(await message(tenant)).toMatchObject({ code: 'RATE_LIMITED', limit: 1 })
    for (let count = 0; count < 3; count += 1) expect(await message()).toMatchObject(sent)
  })

  it('counts the calls of services over REST', async () => {
    const test = await open()
    const tenant = await tenantWith(test, { rateLimits: { query: '2/1h' } })
    const { accessToken } = await signUpAs(test, 'ADMIN', tenant)
    const { secret } = await makeKey(test, accessToken)
    const introspect = () =>
      send(test, 'POST', '/oauth2/introspect', {
        headers: {
          authorization: `Bearer ${secret}`,
          'content-type': 'application/x-www-form-urlencoded',
          'x-forwarded-for': freshAddress(),
        },
        body: `token=${accessToken}`,
      })
    expect([(await introspect()).status, (await introspect()).status]).toEqual([200, 200])
    const refused = await introspect()
    expect(refused.status).toBe(429)
    expect(await refused.json()).toMatchObject({ error: 'slow_down' })
  })

  it('does not depend on how the slug is written or on credentials of another tenant', async () => {
    const test = await open()
    const tenant = await tenantWith(test, { rateLimits: { login: '3/1h' } })
    const stranger = await signUp(actorAt(test))
    await login(test, ` ${tenant.toUpperCase()}\n`)
    await login(test, tenant, Actor.bearer(stranger.accessToken))
    await login(test, tenant)
    const refused = await login(test, tenant, Actor.bearer(stranger.accessToken))
    expect(outcomeOf(refused)).toBe('AuthRateLimitedProblem')
    const tenantId = await tenantIdOf(test.database, tenant)
    const [event] = await eventually(async () => {
      const rows = await auditWhere(test.database, { type: 'RATE_LIMITED', tenantId })
      expect(rows).toHaveLength(1)
      return rows
    })
    expect(event).toMatchObject({ userId: null, details: { budget: 'tenant', field: 'login' } })
  })

  it('is charged after the budgets of the caller', async () => {
    const test = await open({ RATE_LIMIT_REGISTER: '1/1h' })
    const tenant = await tenantWith(test, { rateLimits: { register: '2/1h' } })
    const mallory = actorAt(test)
    for (let count = 0; count < 5; count += 1) await register(test, tenant, mallory)
    expect(outcomeOf(await register(test, tenant))).toBe('RegisterSuccess')
    expect(outcomeOf(await register(test, tenant))).toBe('AuthRateLimitedProblem')
  })

  it('changes nothing about the ordinary budgets', async () => {
    const test = await open({ RATE_LIMIT_REGISTER: '1/1h' })
    const tenant = await tenantWith(test, { rateLimits: { register: '100/1s' } })
    const actor = actorAt(test)
    expect(outcomeOf(await register(test, tenant, actor))).toBe('RegisterSuccess')
    expect(resultOf(await register(test, tenant, actor))).toMatchObject({ code: 'RATE_LIMITED', limit: 1 })
  })

  it('applies even if the limits of the configuration are off', async () => {
    const test = await open({ RATE_LIMITS: 'off' })
    const tenant = await tenantWith(test, { rateLimits: { login: '2/1h' } })
    const refused = resultOf(await exhaust(2, () => login(test, tenant)))
    expect(refused).toMatchObject({ code: 'RATE_LIMITED', limit: 2, remaining: 0 })
  })

  it('is not in headers, and its refusals do not block an address', async () => {
    const test = await open({ FLOOD_REFUSALS: '3', RATE_LIMIT_LOGIN_ADDRESS: '1000/1m' })
    const tenant = await tenantWith(test, { rateLimits: { login: '1/1h' } })
    const address = freshAddress()
    const attempt = (slug: string) =>
      actorAt(test, address).ask(
        `mutation { login(input: { identifier: "${freshEmail()}", password: "wrong", tenant: "${slug}" }) { __typename } }`,
      )
    expect(Object.keys(budgetsOf(await attempt(tenant))).sort()).toEqual([
      'all',
      'loginAddress',
      'loginIdentifier',
    ])
    for (let count = 0; count < 8; count += 1)
      expect(outcomeOf(await attempt(tenant))).toBe('AuthRateLimitedProblem')
    expect(outcomeOf(await attempt('default'))).toBe('InvalidCredentialsProblem')
  })

  it('opens no counter for a slug that no active tenant has, and none without a budget', async () => {
    const charged: string[] = []
    const test = await open(
      {},
      {
        infrastructure: (opened) => ({
          ...opened,
          rateLimiter: {
            consume: (charge) => {
              charged.push(charge.name)
              return opened.rateLimiter.consume(charge)
            },
            refund: (charge) => opened.rateLimiter.refund(charge),
            refusalOf: (charge) => opened.rateLimiter.refusalOf(charge),
          },
        }),
      },
    )
    const rateLimits = { login: '1/1h' }
    const inactive = await tenantWith(test, { rateLimits })
    await test.database.client.tenant.update({ where: { slug: inactive }, data: { active: false } })
    for (const slug of ['nowhere', '', 'x'.repeat(1000), inactive, await tenantWith(test, {})])
      for (let count = 0; count < 2; count += 1) await login(test, slug)
    expect(charged).toContain('loginAddress')
    expect(charged).not.toContain('tenant')
    await login(test, await tenantWith(test, { rateLimits }))
    expect(charged.filter((name) => name === 'tenant')).toHaveLength(1)
  })

  it('refuses calls that check credentials if they cannot be counted, and admits others', async () => {
    const test = await open(
      { RATE_LIMITS: 'off' },
      {
        infrastructure: (opened) => ({
          ...opened,
          rateLimiter: {
            consume: () => Promise.reject(new Error('away')),
            refund: async () => undefined,
            refusalOf: () => null,
          },
        }),
      },
    )
    const tenant = await tenantWith(test, { rateLimits: { login: '9/1h', query: '9/1h', refresh: '9/1h' } })
    const user = await signUp(actorAt(test), { tenant })
    expect(outcomeOf(await login(test, tenant))).toBe('UNAVAILABLE')
    expect(outcomeOf(await me(test, tenant, user))).toBe('answered')
    await rotate(user.actor, user.refreshToken)
  })

  it('is one budget of all processes that share Redis, and one of each process otherwise', async () => {
    const [one, other] = [await open(), await open()]
    const tenant = await tenantWith(one, { rateLimits: { login: '2/1h', refresh: '1/1h' } })
    const [ada, bob] = [await signUp(actorAt(one), { tenant }), await signUp(actorAt(other), { tenant })]
    await exhaust(2, () => login(one, tenant))
    await rotate(actorAt(one), ada.refreshToken)
    const limited = embedded ? 'InvalidCredentialsProblem' : 'AuthRateLimitedProblem'
    expect(outcomeOf(await login(other, tenant))).toBe(limited)
    expect(await askRefresh(actorAt(other), bob.refreshToken)).toMatchObject({
      __typename: embedded ? 'RefreshSuccess' : 'AuthRateLimitedProblem',
    })
  })

  it('follows a change of the setting', async () => {
    const test = await open()
    const tenant = await tenantWith(test, { rateLimits: { login: '1/1h' } })
    expect(outcomeOf(await exhaust(1, () => login(test, tenant)))).toBe('AuthRateLimitedProblem')
    await storeSettings(test.database, tenant, {})
    await eventually(async () =>
      expect(outcomeOf(await login(test, tenant))).toBe('InvalidCredentialsProblem'),
    )
  })
})

describe('a budget of a tenant for refreshes', () => {
  it('refuses the sessions of the tenant and no other one, and keeps their tokens valid', async () => {
    const test = await open()
    const tenant = await tenantWith(test, { rateLimits: { refresh: '2/1s' } })
    const other = await signUp(actorAt(test))
    const [ada, bob] = [await signUp(actorAt(test), { tenant }), await signUp(actorAt(test), { tenant })]
    let refused: string | null = null
    let [mine, theirs] = [ada.refreshToken, other.refreshToken]
    for (let count = 0; count < 20 && refused === null; count += 1) {
      const answer = await askRefresh(actorAt(test), mine)
      if (answer.__typename === 'AuthRateLimitedProblem') refused = mine
      else mine = answer.tokens.refreshToken
      theirs = await rotate(actorAt(test), theirs)
    }
    expect(refused).not.toBeNull()
    // Once a second: each attempt counts for the budget of the session, too.
    test.clock.advance(1)
    await eventually(() => rotate(actorAt(test), mine), { everyMs: 1000 })
    test.clock.advance(1)
    await eventually(() => rotate(actorAt(test), bob.refreshToken), { everyMs: 1000 })
  })

  it('is not charged for repeats, dead sessions and reuse, and reuse ends the session', async () => {
    const test = await open()
    const tenant = await tenantWith(test, { rateLimits: { refresh: '3/1h' } })
    const [ada, bob] = [await signUp(actorAt(test), { tenant }), await signUp(actorAt(test), { tenant })]
    const second = await rotate(actorAt(test), ada.refreshToken)
    for (let count = 0; count < 5; count += 1)
      expect(await rotate(actorAt(test), ada.refreshToken)).toBe(second)
    const third = await rotate(actorAt(test), second)
    test.clock.advance(180)
    expect(await askRefresh(actorAt(test), second)).toMatchObject({ code: 'REFRESH_TOKEN_REUSED' })
    for (let count = 0; count < 5; count += 1)
      expect(await askRefresh(actorAt(test), third)).toMatchObject({ code: 'INVALID_REFRESH_TOKEN' })
    const last = await rotate(actorAt(test), bob.refreshToken)
    expect(await askRefresh(actorAt(test), last)).toMatchObject({ code: 'RATE_LIMITED', limit: 3 })
  })

  it('is reported with the session in the log of the tenant', async () => {
    const test = await open()
    const tenant = await tenantWith(test, { rateLimits: { refresh: '1/1h' } })
    const { userId, sessionId, refreshToken } = await signUp(actorAt(test), { tenant })
    await askRefresh(actorAt(test), await rotate(actorAt(test), refreshToken))
    await eventually(async () =>
      expect(await auditWhere(test.database, { type: 'RATE_LIMITED', userId })).toMatchObject([
        { sessionId, details: { budget: 'tenant', field: 'refresh' } },
      ]),
    )
  })

  it('admits of parallel refreshes as many as it has room for', async () => {
    const test = await open()
    const tenant = await tenantWith(test, { rateLimits: { refresh: '3/1h' } })
    const users = await Promise.all(Array.from({ length: 6 }, () => signUp(actorAt(test), { tenant })))
    const answers = await Promise.all(
      users.map(({ refreshToken }) => askRefresh(actorAt(test), refreshToken)),
    )
    expect(answers.map(({ __typename }) => __typename).sort()).toEqual([
      ...new Array(3).fill('AuthRateLimitedProblem'),
      ...new Array(3).fill('RefreshSuccess'),
    ])
  })
})

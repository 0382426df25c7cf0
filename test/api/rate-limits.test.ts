import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, inject, it } from 'vitest'
import { Actor, type GraphqlAnswer } from '../support/actor.ts'
import { outcomeOf } from '../support/answers.ts'
import { actorAt, budgetsOf, exhaust, freshAddress, limitedApps, limitFields } from '../support/limits.ts'
import { noteCounts } from '../support/noted-counts.ts'
import { loginDocument, registerDocument } from '../support/operations.ts'
import { askRefresh, rotate, signUp } from '../support/people.ts'
import { freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

const open = limitedApps()
const embedded = inject('backend') === 'embedded'

const login = (actor: Actor, identifier = freshEmail(), tenant?: string) =>
  actor.ask(`mutation ($input: LoginInput!) { login(input: $input) { __typename ${limitFields} } }`, {
    input: { identifier, password: goodPassword, tenant },
  })
const register = (actor: Actor, email = freshEmail()) =>
  actor.ask(registerDocument, { input: { email, password: goodPassword } })
const requestReset = (actor: Actor, email = freshEmail()) =>
  actor.ask(
    `mutation ($email: String!) { requestPasswordReset(input: { email: $email }) { __typename ${limitFields} } }`,
    { email },
  )
const verify = (actor: Actor) =>
  actor.ask(`mutation { verifyEmail(input: { token: "none" }) { __typename ${limitFields} } }`)
const complete = (actor: Actor) =>
  actor.ask(
    `mutation { completeMfaChallenge(input: { challengeToken: "none", code: "123456" }) { __typename ${limitFields} } }`,
  )
const generate = (actor: Actor) => actor.ask(`mutation { generatePassword { __typename ${limitFields} } }`)
const changePassword = (actor: Actor, token: string) =>
  actor.ask(
    'mutation { changePassword(input: { currentPassword: "wrong", newPassword: "x" }) { __typename } }',
    {},
    Actor.bearer(token),
  )
const requestChange = (actor: Actor, token: string, newEmail = freshEmail()) =>
  actor.ask(
    `mutation ($newEmail: String!) { requestEmailChange(input: { newEmail: $newEmail, currentPassword: "${goodPassword}" }) { __typename ${limitFields} } }`,
    { newEmail },
    Actor.bearer(token),
  )
const revokeOthers = (actor: Actor, token: string) =>
  actor.ask(`mutation { revokeOtherSessions { __typename ${limitFields} } }`, {}, Actor.bearer(token))
const me = (actor: Actor, token?: string) =>
  actor.ask('{ me { id } }', {}, token === undefined ? {} : Actor.bearer(token))

describe('the budgets', () => {
  const everywhere = { all: [1000, 60] }
  const cases: [
    name: string,
    call: (actor: Actor, token: string) => Promise<GraphqlAnswer>,
    budgets: object,
  ][] = [
    [
      'register',
      (actor) => register(actor),
      { register: [5, 3600], mailAddress: [10, 3600], mailIdentifier: [3, 3600] },
    ],
    ['login', (actor) => login(actor), { loginAddress: [50, 60], loginIdentifier: [10, 60] }],
    [
      'requestPasswordReset',
      (actor) => requestReset(actor),
      { mailAddress: [10, 3600], mailIdentifier: [3, 3600] },
    ],
    ['verifyEmail', verify, { oneTimeToken: [20, 60] }],
    ['completeMfaChallenge', complete, { secondStep: [50, 60] }],
    ['generatePassword', generate, { passwordCheck: [30, 60] }],
    ['changePassword', changePassword, { credentials: [10, 60], mutation: [60, 60] }],
    [
      'requestEmailChange',
      requestChange,
      { credentials: [10, 60], mutation: [60, 60], mailAddress: [10, 3600], mailIdentifier: [3, 3600] },
    ],
    ['revokeOtherSessions', revokeOthers, { mutation: [60, 60] }],
    ['me', me, { query: [300, 60] }],
    ['logout', (actor) => actor.ask('mutation { logout { __typename } }'), {}],
  ]
  let started: Promise<{ test: TestApp; token: string }> | null = null
  const start = async () => {
    const test = await open()
    const { accessToken } = await signUp(actorAt(test))
    return { test, token: accessToken }
  }

  it.each(cases)('of %s are sent in headers', async (_name, call, budgets) => {
    started ??= start()
    const { test, token } = await started
    const answer = await call(actorAt(test), token)
    const told = Object.entries(budgetsOf(answer)).map(([name, { max, seconds }]) => [name, [max, seconds]])
    expect(Object.fromEntries(told)).toEqual({ ...budgets, ...everywhere })
    expect(answer.headers.get('retry-after')).toBeNull()
  })

  it('are sent with the remaining calls, the tightest first', async () => {
    started ??= start()
    const actor = actorAt((await started).test)
    await login(actor)
    const answer = await login(actor)
    expect(budgetsOf(answer)).toMatchObject({
      loginIdentifier: { remaining: 9 },
      loginAddress: { remaining: 48 },
      all: { remaining: 998 },
    })
    expect(answer.headers.get('ratelimit')).toMatch(
      /^"loginIdentifier";r=9;t=6\d, "loginAddress";r=48;t=\d\d, "all"/,
    )
    expect(answer.headers.get('ratelimit-policy')).toMatch(
      /^"loginIdentifier";q=10;w=60, "loginAddress";q=50;w=60, "all"/,
    )
  })

  it('do not count mails where registration sends none', async () => {
    const test = await open({ EMAIL_VERIFICATION: 'off' })
    expect(Object.keys(budgetsOf(await register(actorAt(test)))).toSorted()).toEqual(['all', 'register'])
  })

  it('are off with RATE_LIMITS=off', async () => {
    const test = await open({ RATE_LIMITS: 'off', RATE_LIMIT_QUERY: '1/1m', RATE_LIMIT_ALL: '1/1m' })
    const actor = actorAt(test)
    await me(actor)
    const answer = await me(actor)
    expect(outcomeOf(answer)).toBe('answered')
    expect(budgetsOf(answer)).toEqual({})
  })
})

describe('a mutation beyond its budget', () => {
  it.each<[string, string, (actor: Actor) => Promise<GraphqlAnswer>]>([
    ['RATE_LIMIT_REGISTER', 'register', register],
    ['RATE_LIMIT_LOGIN_ADDRESS', 'login', login],
    ['RATE_LIMIT_MAIL_ADDRESS', 'requestPasswordReset', requestReset],
    ['RATE_LIMIT_PASSWORD_CHECK', 'generatePassword', generate],
    ['RATE_LIMIT_ONE_TIME_TOKEN', 'verifyEmail', verify],
    ['RATE_LIMIT_SECOND_STEP', 'completeMfaChallenge', complete],
  ])('by address is an AuthRateLimitedProblem: %s', async (variable, _field, call) => {
    const test = await open({ [variable]: '2/1h' })
    const actor = actorAt(test)
    const refused = await exhaust(2, () => call(actor))
    expect(outcomeOf(refused)).toBe('AuthRateLimitedProblem')
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3500)
    expect(outcomeOf(await call(actorAt(test)))).not.toBe('AuthRateLimitedProblem')
  })

  it('says how many, and when again', async () => {
    const test = await open({ RATE_LIMIT_ONE_TIME_TOKEN: '2/1h' })
    const actor = actorAt(test)
    const { data, headers } = await exhaust(2, () => verify(actor))
    const { retryAfterSeconds, resetsAt, ...problem } = data.verifyEmail
    expect(problem).toMatchObject({ code: 'RATE_LIMITED', limit: 2, remaining: 0 })
    expect(problem.message).toContain(`${retryAfterSeconds} seconds`)
    expect(headers.get('retry-after')).toBe(String(retryAfterSeconds))
    expect(Date.parse(resetsAt) - test.clock.now().getTime()).toBeGreaterThan(3_500_000)
  })

  it('by identifier counts all spellings of an identifier together, from any address', async () => {
    const test = await open({ RATE_LIMIT_LOGIN_IDENTIFIER: '3/1h' })
    const email = freshEmail('jose\u0301')
    const spellings = [email, ` ${email.toUpperCase()} `, email.normalize('NFC')]
    for (const spelling of spellings)
      expect(outcomeOf(await login(actorAt(test), spelling))).not.toBe('AuthRateLimitedProblem')
    expect(outcomeOf(await login(actorAt(test), email))).toBe('AuthRateLimitedProblem')
    expect(outcomeOf(await login(actorAt(test), email, 'default'))).toBe('AuthRateLimitedProblem')
    expect(outcomeOf(await login(actorAt(test), email, 'other'))).not.toBe('AuthRateLimitedProblem')
    expect(outcomeOf(await login(actorAt(test), `x${email}`))).not.toBe('AuthRateLimitedProblem')
  })

  it('by identifier counts a trusted device of its own, so that strangers use up theirs alone', async () => {
    const test = await open({ RATE_LIMIT_LOGIN_IDENTIFIER: '2/1h' })
    const owner = actorAt(test)
    const { data } = await owner.ask(registerDocument, {
      input: { email: freshEmail(), password: goodPassword },
    })
    const { user, deviceToken } = data?.register ?? {}
    expect(outcomeOf(await exhaust(2, () => login(actorAt(test), user.email)))).toBe('AuthRateLimitedProblem')
    const withToken = (token: string) =>
      actorAt(test).ask(
        `mutation ($input: LoginInput!) { login(input: $input) { __typename ${limitFields} } }`,
        { input: { identifier: user.email, password: goodPassword, deviceToken: token } },
      )
    expect(outcomeOf(await exhaust(2, () => withToken(deviceToken)))).toBe('AuthRateLimitedProblem')
    expect(outcomeOf(await withToken(`${deviceToken.slice(0, -4)}AAAA`))).toBe('AuthRateLimitedProblem')
  })

  it('counts the mails to one mailbox together, for all fields that send them', async () => {
    const test = await open({ RATE_LIMIT_MAIL_IDENTIFIER: '2/1h' })
    const email = freshEmail()
    const owner = await signUp(actorAt(test))
    expect(outcomeOf(await register(actorAt(test), email))).toBe('RegisterSuccess')
    expect(outcomeOf(await requestReset(actorAt(test), email))).toBe('RequestPasswordResetSuccess')
    const refused = [
      await requestReset(actorAt(test), email.toUpperCase()),
      await register(actorAt(test), email),
      await requestChange(actorAt(test), owner.accessToken, email),
    ]
    expect(refused.map(outcomeOf)).toEqual(new Array(3).fill('AuthRateLimitedProblem'))
  })

  it('by viewer does not count for another viewer behind the same address', async () => {
    const test = await open({ RATE_LIMIT_MUTATION: '2/1h', RATE_LIMIT_CREDENTIALS: '1/1h' })
    const actor = actorAt(test)
    const [ada, bob] = [await signUp(actorAt(test)), await signUp(actorAt(test))]
    expect(outcomeOf(await exhaust(2, () => revokeOthers(actor, ada.accessToken)))).toBe(
      'AuthRateLimitedProblem',
    )
    expect(outcomeOf(await revokeOthers(actor, bob.accessToken))).toBe('RevokeOtherSessionsSuccess')
    expect(outcomeOf(await exhaust(1, () => changePassword(actor, bob.accessToken)))).toBe(
      'AuthRateLimitedProblem',
    )
  })
})

describe('a query beyond its budget', () => {
  it('is an error RATE_LIMITED that says how many, and when again', async () => {
    const test = await open({ RATE_LIMIT_QUERY: '2/1h' })
    const actor = actorAt(test)
    const { data, errors, headers, status } = await exhaust(2, () => me(actor))
    expect([status, data]).toEqual([200, { me: null }])
    const { retryAfterSeconds, resetsAt, ...extensions } = errors[0]?.extensions ?? {}
    expect(extensions).toEqual({ code: 'RATE_LIMITED', limit: 2, remaining: 0 })
    expect(headers.get('retry-after')).toBe(String(retryAfterSeconds))
    expect(Date.parse(String(resetsAt)) - test.clock.now().getTime()).toBeGreaterThan(3_500_000)
  })

  it('counts viewers apart from each other and from strangers', async () => {
    const test = await open({ RATE_LIMIT_QUERY: '2/1h' })
    const actor = actorAt(test)
    const [ada, bob] = [await signUp(actorAt(test)), await signUp(actorAt(test))]
    expect(outcomeOf(await exhaust(2, () => me(actor, ada.accessToken)))).toBe('RATE_LIMITED')
    expect(outcomeOf(await me(actorAt(test), ada.accessToken))).toBe('RATE_LIMITED')
    expect(outcomeOf(await me(actor, bob.accessToken))).toBe('answered')
    expect(outcomeOf(await me(actor))).toBe('answered')
  })

  it('pays for each alias', async () => {
    const test = await open({ RATE_LIMIT_QUERY: '3/1h' })
    const { data, errors } = await actorAt(test).ask(
      '{ a: me { id } b: me { id } c: csrfToken d: me { id } e: me { id } }',
    )
    expect(data).toEqual({ a: null, b: null, c: null, d: null, e: null })
    const limited = errors.filter(({ extensions }) => extensions.code === 'RATE_LIMITED')
    expect(limited.map(({ path }) => path)).toEqual([['d'], ['e']])
  })

  it('pays for _entities and _service, as a gateway asks for them', async () => {
    const test = await open({ RATE_LIMIT_QUERY: '2/1h' })
    const actor = actorAt(test)
    const { userId } = await signUp(actorAt(test))
    const entities = () =>
      actor.ask('query ($of: [_Any!]!) { _entities(representations: $of) { ... on User { id } } }', {
        of: [{ __typename: 'User', id: userId }],
      })
    expect((await entities()).data).toEqual({ _entities: [{ id: userId }] })
    expect((await actor.ask('{ _service { sdl } }')).errors).toEqual([])
    expect(outcomeOf(await entities())).toBe('RATE_LIMITED')
    expect(outcomeOf(await actor.ask('{ _service { sdl } }'))).toBe('RATE_LIMITED')
  })

  it('pays for each hundred of references as for a call', async () => {
    const test = await open({ RATE_LIMIT_QUERY: '6/1h' })
    const actor = actorAt(test)
    const entities = (count: number) =>
      actor.ask('query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }', {
        of: new Array(count).fill({ __typename: 'User', id: '0' }),
      })
    expect(outcomeOf(await entities(100))).not.toBe('RATE_LIMITED')
    expect(budgetsOf(await entities(201)).query).toMatchObject({ remaining: 2 })
    expect(outcomeOf(await entities(300))).toBe('RATE_LIMITED')
  })

  it('takes at most 1000 representations', async () => {
    const test = await open()
    const ask = (count: number) =>
      actorAt(test).ask('query ($of: [_Any!]!) { _entities(representations: $of) { __typename } }', {
        of: new Array(count).fill({ __typename: 'User', id: '0' }),
      })
    expect(outcomeOf(await ask(1001))).toBe('BAD_USER_INPUT')
    expect(outcomeOf(await ask(1000))).not.toBe('BAD_USER_INPUT')
  })
})

describe('the budget of all fields', () => {
  it('counts every root field of an address, for all viewers', async () => {
    const test = await open({ RATE_LIMIT_ALL: '4/1h' })
    const actor = actorAt(test)
    const { accessToken } = await signUp(actor)
    await actor.ask('{ a: me { id } b: csrfToken }', {}, Actor.bearer(accessToken))
    expect(outcomeOf(await verify(actor))).toBe('InvalidTokenProblem')
    expect(outcomeOf(await me(actor, accessToken))).toBe('RATE_LIMITED')
    expect(outcomeOf(await verify(actor))).toBe('AuthRateLimitedProblem')
    expect(outcomeOf(await me(actorAt(test), accessToken))).toBe('answered')
  })

  it('is left out for ALLOWED_ADDRESSES, as is every other by address', async () => {
    const [monitor, stranger] = [freshAddress(), freshAddress()]
    const test = await open({
      RATE_LIMIT_ALL: '2/1h',
      RATE_LIMIT_LOGIN_ADDRESS: '1/1h',
      RATE_LIMIT_LOGIN_IDENTIFIER: '3/1h',
      RATE_LIMIT_MUTATION: '1/1h',
      ALLOWED_ADDRESSES: monitor,
    })
    const actor = actorAt(test, monitor)
    const email = freshEmail()
    expect(outcomeOf(await exhaust(3, () => login(actor, email)))).toBe('AuthRateLimitedProblem')
    const { accessToken } = await signUp(actor)
    expect(outcomeOf(await exhaust(1, () => revokeOthers(actor, accessToken)))).toBe('AuthRateLimitedProblem')
    expect(outcomeOf(await exhaust(1, () => login(actorAt(test, stranger))))).toBe('AuthRateLimitedProblem')
  })

  it('is shared by all clients whose address is unknown, and is counted in addition to viewers only', async () => {
    const test = await open({
      RATE_LIMIT_UNKNOWN_ADDRESS: '6/1h',
      RATE_LIMIT_ALL: '1/1h',
      RATE_LIMIT_LOGIN_ADDRESS: '1/1h',
      RATE_LIMIT_LOGIN_IDENTIFIER: '2/1h',
      RATE_LIMIT_QUERY: '1/1h',
    })
    const actor = test.actor()
    const email = freshEmail()
    await me(actor)
    await me(actor)
    expect(Object.keys(budgetsOf(await login(actor, email)))).toEqual(['loginIdentifier', 'unknownAddress'])
    await login(actor, email)
    expect(outcomeOf(await login(actor, email))).toBe('AuthRateLimitedProblem')
    await me(actor)
    expect(outcomeOf(await me(actor))).toBe('RATE_LIMITED')
  })
})

describe('a viewer who has used up their own budget', () => {
  /** One call for each address. */
  const openWith = (ofIdentifier: string) =>
    open({
      RATE_LIMIT_MAIL_ADDRESS: '1/1h',
      RATE_LIMIT_MAIL_IDENTIFIER: ofIdentifier,
      RATE_LIMIT_LOGIN_ADDRESS: '1/1h',
      RATE_LIMIT_LOGIN_IDENTIFIER: ofIdentifier,
    })
  /** What another viewer has left for a mailbox and for an identifier, after one call to each. */
  const remaining = async (test: TestApp, email: string) => {
    const { mailIdentifier } = budgetsOf(await requestReset(actorAt(test), email))
    const { loginIdentifier } = budgetsOf(await login(actorAt(test), email))
    return [mailIdentifier?.remaining, loginIdentifier?.remaining]
  }

  it('uses up no other budget, neither of a mailbox nor of an identifier', async () => {
    const test = await openWith('2/1h')
    const [mallory, email] = [actorAt(test), freshEmail()]
    await requestReset(mallory)
    await login(mallory)
    for (let count = 0; count < 3; count += 1) {
      expect(outcomeOf(await requestReset(mallory, email))).toBe('AuthRateLimitedProblem')
      expect(outcomeOf(await login(mallory, email))).toBe('AuthRateLimitedProblem')
    }
    expect(await remaining(test, email)).toEqual([1, 1])
  })

  it('uses up no other budget with simultaneous calls either', async () => {
    const test = await openWith('3/1h')
    const [mallory, email] = [actorAt(test), freshEmail()]
    await Promise.all(Array.from({ length: 8 }, () => requestReset(mallory, email)))
    await Promise.all(Array.from({ length: 8 }, () => login(mallory, email)))
    expect(await remaining(test, email)).toEqual([1, 1])
  })

  it('does not fill the memory with counters for invented identifiers', async () => {
    const test = await open({ RATE_LIMIT_COUNTERS: '100', FLOOD_REFUSALS: '1000' })
    const reset = (n: number) =>
      `a${n}: requestPasswordReset(input: { email: "${freshEmail()}" }) { __typename }`
    const mallory = actorAt(test)
    for (let count = 0; count < 5; count += 1)
      await mallory.ask(`mutation { ${Array.from({ length: 30 }, (_, n) => reset(n))} }`)
    expect(outcomeOf(await login(actorAt(test)))).toBe('InvalidCredentialsProblem')
  })
})

describe('a window', () => {
  it.runIf(embedded)('slides: a call is free again when it is older than the window', async () => {
    const test = await open({ RATE_LIMIT_QUERY: '2/1m' })
    const actor = actorAt(test)
    await me(actor)
    test.clock.advance(40)
    await me(actor)
    test.clock.advance(19)
    const refused = await me(actor)
    expect(outcomeOf(refused)).toBe('RATE_LIMITED')
    test.clock.advance(Number(refused.headers.get('retry-after')))
    expect(outcomeOf(await me(actor))).toBe('answered')
    expect(outcomeOf(await me(actor))).toBe('RATE_LIMITED')
  })

  it.skipIf(embedded)('passes by the clock of Redis', async () => {
    const test = await open({ RATE_LIMIT_QUERY: '1/1s' })
    const actor = actorAt(test)
    expect(outcomeOf(await exhaust(1, () => me(actor)))).toBe('RATE_LIMITED')
    await sleep(1200)
    expect(outcomeOf(await me(actor))).toBe('answered')
  })
})

describe('a request that comes to no field', () => {
  it('is charged to its address', async () => {
    const test = await open({ RATE_LIMIT_ALL: '4/1h' })
    const actor = actorAt(test)
    const bodies = [{ query: '{ me {' }, { query: '{ nothing }' }, { query: 7 }, { query: '{ __typename }' }]
    for (const body of bodies) expect((await actor.send(body)).status).not.toBe(429)
    const refused = await actor.send({ query: '{ nothing }' })
    expect(refused.status).toBe(429)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3500)
    const { errors } = await refused.json()
    expect(errors[0].extensions).toMatchObject({ code: 'RATE_LIMITED', limit: 4, remaining: 0 })
  })
})

describe('refresh', () => {
  it('is limited for each session, 20 a minute', async () => {
    const test = await open()
    const actor = actorAt(test)
    const [one, other] = [await signUp(actorAt(test)), await signUp(actorAt(test))]
    let token = one.refreshToken
    for (let count = 0; count < 20; count += 1) token = await rotate(actor, token)
    const refused = await askRefresh(actor, token)
    expect(refused).toMatchObject({ __typename: 'AuthRateLimitedProblem', code: 'RATE_LIMITED' })
    await rotate(actor, other.refreshToken)
  })

  it('is free for repeats in the grace window, also beyond the limit', async () => {
    const test = await open({ RATE_LIMIT_REFRESH: '2/1h' })
    const actor = actorAt(test)
    const { refreshToken } = await signUp(actorAt(test))
    const second = await rotate(actor, refreshToken)
    for (let count = 0; count < 5; count += 1) expect(await rotate(actor, refreshToken)).toBe(second)
    const third = await rotate(actor, second)
    expect(await askRefresh(actor, third)).toMatchObject({ __typename: 'AuthRateLimitedProblem' })
    expect(await rotate(actor, second)).toBe(third)
  })

  it('ends a session whose spent token comes back, beyond the limit too', async () => {
    const test = await open({ RATE_LIMIT_REFRESH: '2/1h' })
    const actor = actorAt(test)
    const { refreshToken } = await signUp(actorAt(test))
    const second = await rotate(actor, refreshToken)
    await rotate(actor, second)
    test.clock.advance(60)
    expect(await askRefresh(actor, refreshToken)).toMatchObject({ __typename: 'RefreshTokenReusedProblem' })
    expect(await askRefresh(actor, second)).not.toMatchObject({ __typename: 'RefreshSuccess' })
  })

  const refresh = (actor: Actor, refreshToken: string) =>
    actor.ask(
      `mutation ($refreshToken: String) { refresh(input: { refreshToken: $refreshToken }) {
        __typename ... on RefreshSuccess { tokens { refreshToken } } ${limitFields} } }`,
      { refreshToken },
    )

  it('sends in headers when to retry', async () => {
    const test = await open({ RATE_LIMIT_REFRESH: '1/1h' })
    const actor = actorAt(test)
    const { refreshToken } = await signUp(actorAt(test))
    const next = await rotate(actor, refreshToken)
    const refused = await refresh(actor, next)
    expect(refused.data.refresh).toMatchObject({ limit: 1, remaining: 0 })
    expect(refused.headers.get('retry-after')).toBe(String(refused.data.refresh.retryAfterSeconds))
    expect(refused.headers.get('ratelimit')).toMatch(/^"refresh";r=0;t=\d+, "all"/)
    expect(refused.headers.get('ratelimit-policy')).toMatch(/^"refresh";q=1;w=3600, "all"/)
  })

  it('sends the state of its budget in headers, and a repeat is not charged', async () => {
    const test = await open({ RATE_LIMIT_REFRESH: '3/1h' })
    const actor = actorAt(test)
    const { refreshToken } = await signUp(actorAt(test))
    const left = async (token: string) => budgetsOf(await refresh(actor, token)).refresh?.remaining
    expect(await left(refreshToken)).toBe(2)
    expect(await left(refreshToken)).toBe(2)
    expect(await left(await rotate(actor, refreshToken))).toBe(1)
  })
})

describe('a limiter that fails', () => {
  const failing = async () => {
    const counted: string[] = []
    const test = await open(
      {},
      {
        infrastructure: (opened) => ({
          ...opened,
          metrics: noteCounts(counted),
          rateLimiter: {
            consume: async () => {
              throw new Error('away')
            },
            refund: async () => undefined,
            refusalOf: () => null,
          },
        }),
      },
    )
    return { test, counted }
  }

  it('refuses what checks credentials and admits all else, and says so once', async () => {
    const { test, counted } = await failing()
    const actor = actorAt(test)
    for (const document of [loginDocument, registerDocument]) {
      const input = {
        password: goodPassword,
        ...(document === loginDocument ? { identifier: 'a' } : { email: freshEmail() }),
      }
      const { errors, status } = await actor.ask(String(document), { input })
      expect([status, errors[0]?.extensions.code]).toEqual([503, 'UNAVAILABLE'])
    }
    expect(outcomeOf(await me(actor))).toBe('answered')
    expect(outcomeOf(await verify(actor))).toBe('InvalidTokenProblem')
    const working = await open()
    await rotate(actor, (await signUp(actorAt(working))).refreshToken)
    const { length } = counted.filter((line) => line === 'limiter_failed refused')
    expect(length).toBe(2)
    expect(counted).toContain('limiter_failed admitted')
    expect(test.log.filter((line) => line.includes('could not be counted'))).toHaveLength(1)
  })
})

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { Comparisons, guess, wrong } from '../support/guesses.ts'
import { askLogin, signUp } from '../support/people.ts'
import { createTestApp, freshEmail, type TestApp } from '../support/test-app.ts'

const comparisons = new Comparisons()
let test: TestApp
beforeAll(async () => {
  const env = { TRUSTED_PROXIES: '192.0.2.0/24' }
  test = await createTestApp({ env, infrastructure: comparisons.infrastructure })
})
afterAll(() => test.close())
afterEach(() => {
  comparisons.count = 0
  comparisons.withPassword = 0
})

/** An actor at an address of its own. */
const from = (n: number) => test.actor({ 'x-forwarded-for': `198.51.100.${n}` })
const addresses = Array.from({ length: 200 }, (_, n) => n)

describe('guesses at the password of one account', () => {
  it('from one address are compared three times, however many there are', async () => {
    const ada = await signUp(test.actor())
    await guess(from(1), ada.email, 50)
    expect(comparisons.count).toBe(3)
  })

  it('from 200 addresses are compared no more often', async () => {
    const ada = await signUp(test.actor())
    for (const n of addresses) await askLogin(from(n), ada.email, wrong)
    expect(comparisons.count).toBe(3)
  })

  it('are compared five times at most when a hundred come at once', async () => {
    const ada = await signUp(test.actor())
    const answers = await Promise.all(addresses.slice(100).map((n) => askLogin(from(n), ada.email, wrong)))
    expect(comparisons.count).toBeLessThanOrEqual(5)
    expect(answers.filter(({ code }) => code === 'ACCOUNT_LOCKED').length).toBeGreaterThanOrEqual(95)
  })

  it('by its address and its username together are compared no more often', async () => {
    const username = `ada-${freshEmail('x').slice(2, 10)}`
    const ada = await signUp(test.actor(), { username })
    const identifiers = addresses.slice(0, 40).map((n) => (n % 2 === 0 ? ada.email : username))
    await Promise.all(identifiers.map((identifier, n) => askLogin(from(n), identifier, wrong)))
    expect(comparisons.withPassword).toBeLessThanOrEqual(5)
  })

  it('cost nothing more where there is no account', async () => {
    const nobody = freshEmail('nobody')
    await Promise.all(addresses.slice(100).map((n) => askLogin(from(n), nobody, wrong)))
    expect(comparisons.count).toBeLessThanOrEqual(5)
    comparisons.count = 0
    await guess(from(1), freshEmail('nobody'), 20)
    expect(comparisons.count).toBe(3)
  })
})

describe('a device that the owner has signed in on', () => {
  async function register() {
    const ada = await signUp(test.actor())
    const { deviceToken } = await askLogin(test.actor(), ada.email)
    comparisons.count = 0
    return { ...ada, deviceToken }
  }

  it('gets in while strangers are locked out, and does not let them in again', async () => {
    const { email, deviceToken } = await register()
    await guess(from(1), email, 6)
    expect((await askLogin(from(2), email, { deviceToken })).__typename).toBe('LoginSuccess')
    comparisons.count = 0
    expect(await askLogin(from(1), email)).toMatchObject({ code: 'ACCOUNT_LOCKED' })
    expect(comparisons.count).toBe(0)
  })

  it('has a budget of its own, which leaves that of others alone', async () => {
    const { email, deviceToken } = await register()
    const answers = await guess(from(3), email, 20, { deviceToken })
    expect(comparisons.count).toBe(3)
    expect(answers.at(-1)).toMatchObject({ code: 'ACCOUNT_LOCKED' })
    expect((await askLogin(from(4), email)).__typename).toBe('LoginSuccess')
  })

  it('shares ten failures with the other devices of its account, for any number of tokens', async () => {
    const { email } = await register()
    const tokens = []
    for (let n = 0; n < 10; n += 1) tokens.push((await askLogin(test.actor(), email)).deviceToken)
    comparisons.count = 0
    const answers = await Promise.all(tokens.map((deviceToken) => guess(from(6), email, 5, { deviceToken })))
    expect(comparisons.count).toBe(10)
    expect(answers.at(-1)?.at(-1)).toMatchObject({ code: 'ACCOUNT_LOCKED' })
    for (const deviceToken of tokens)
      expect(await askLogin(from(6), email, { deviceToken })).toMatchObject({ code: 'ACCOUNT_LOCKED' })
    expect((await askLogin(from(7), email)).__typename).toBe('LoginSuccess')
  })

  it('does not use up what it shares by right passwords, one after the other or at once', async () => {
    const { email } = await register()
    const tokens = []
    for (let n = 0; n < 12; n += 1) tokens.push((await askLogin(test.actor(), email)).deviceToken)
    const signIn = (deviceToken: string) => askLogin(from(8), email, { deviceToken })
    for (const token of tokens) expect((await signIn(token)).__typename).toBe('LoginSuccess')
    const logins = await Promise.all(tokens.map(signIn))
    for (const login of logins) expect(login.__typename).toBe('LoginSuccess')
  })

  it('of another account does not help a thief', async () => {
    const [ada, mallory] = [await register(), await register()]
    await guess(from(5), ada.email, 20, { deviceToken: mallory.deviceToken })
    await guess(from(5), ada.email, 20)
    expect(comparisons.count).toBe(3)
  })
})

describe('a login that cannot succeed', () => {
  const cases: { what: string; identifier: () => Promise<string> }[] = [
    { what: 'an unknown address', identifier: async () => freshEmail('unknown') },
    { what: 'an unknown username', identifier: async () => `unknown${Date.now()}` },
    { what: 'text that is no address', identifier: async () => 'not@an@address' },
    { what: 'an account', identifier: async () => (await signUp(test.actor())).email },
    {
      what: 'an account without a password',
      identifier: async () => {
        const { userId, email } = await signUp(test.actor())
        await test.database.client.password.delete({ where: { userId } })
        return email
      },
    },
    {
      what: 'a deactivated account',
      identifier: async () => {
        const { userId, email } = await signUp(test.actor())
        await test.database.client.user.update({ where: { id: userId }, data: { active: false } })
        return email
      },
    },
    {
      what: 'a locked account',
      identifier: async () => {
        const { userId, email } = await signUp(test.actor())
        await test.database.client.user.update({
          where: { id: userId },
          data: { lockedAt: test.clock.now() },
        })
        return email
      },
    },
  ]

  it.each(cases)('compares one password for $what', async ({ identifier }) => {
    const name = await identifier()
    comparisons.count = 0
    expect(await askLogin(from(20), name, wrong)).toMatchObject({ code: 'INVALID_CREDENTIALS' })
    expect(comparisons.count).toBe(1)
  })

  it('compares one password for an unknown tenant', async () => {
    const { email } = await signUp(test.actor())
    comparisons.count = 0
    const answer = await askLogin(from(20), email, { tenant: 'unknown-tenant' })
    expect(answer).toMatchObject({ code: 'INVALID_CREDENTIALS' })
    expect(comparisons.count).toBe(1)
  })
})

describe('a comparison that cannot be made', () => {
  it('is no failure: an overloaded service locks no one out', async () => {
    let overloaded = true
    const busy = await createTestApp({
      database: test.database,
      infrastructure: (opened) => {
        const verify: typeof opened.hasher.verify = (...given) =>
          overloaded ? Promise.reject(new Error('too many')) : opened.hasher.verify(...given)
        const { hasher } = opened
        return { ...opened, hasher: { ...hasher, verify } }
      },
    })
    const ada = await signUp(busy.actor())
    const input = { identifier: ada.email, password: wrong.password }
    const document = 'mutation ($input: LoginInput!) { login(input: $input) { __typename } }'
    for (let n = 0; n < 10; n += 1)
      expect((await busy.actor().ask(document, { input })).errors).toHaveLength(1)
    overloaded = false
    expect((await askLogin(busy.actor(), ada.email)).__typename).toBe('LoginSuccess')
    await busy.close()
  })
})

describe('a store of attempts that throws', () => {
  it('closes the login and compares nothing, and says so in the log', async () => {
    const failing = new Comparisons()
    const broken = await createTestApp({
      database: test.database,
      infrastructure: (opened) => {
        const reserve = () => Promise.reject(new Error('the counters are full'))
        const { attempts } = opened
        const clear = attempts.clear.bind(attempts)
        const release = attempts.release.bind(attempts)
        const fail = attempts.fail.bind(attempts)
        const countDistinct = attempts.countDistinct.bind(attempts)
        const peekDistinct = attempts.peekDistinct.bind(attempts)
        const store = { reserve, fail, clear, release, countDistinct, peekDistinct }
        return failing.infrastructure({ ...opened, attempts: store })
      },
    })
    const ada = await signUp(broken.actor())
    const document = 'mutation ($input: LoginInput!) { login(input: $input) { __typename } }'
    const answer = await broken.actor().ask(document, { input: { identifier: ada.email, password: 'x' } })
    expect(answer.errors[0]?.extensions.code).toBe('UNAVAILABLE')
    expect(failing.count).toBe(0)
    expect(broken.log.join('\n')).toContain('password attempts cannot be counted')
    await broken.close()
  })
})

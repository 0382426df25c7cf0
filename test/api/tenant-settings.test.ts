import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Database } from '../../src/adapters/prisma/database.ts'
import { Actor, type GraphqlAnswer } from '../support/actor.ts'
import { outcomeOf, resultOf } from '../support/answers.ts'
import { eventually } from '../support/eventually.ts'
import { changePasswordDocument, registerDocument } from '../support/operations.ts'
import { askLogin, askRefresh, signIn, signUp, signUpAs } from '../support/people.ts'
import { createTenant, tenantCalls } from '../support/tenant-calls.ts'
import { storeSettings, tenantWith } from '../support/tenants.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'
import { openTestDatabase } from '../support/test-database.ts'

/** Weak rules, so that every setting can be stricter. */
const env = {
  PASSWORD_MIN_LENGTH: '8',
  PASSWORD_MIN_SCORE: '0',
  PASSWORD_REQUIRE_UPPERCASE: 'off',
  PASSWORD_REQUIRE_LOWERCASE: 'off',
  PASSWORD_REQUIRE_DIGIT: 'off',
  PASSWORD_REQUIRE_SYMBOL: 'off',
  PASSWORD_HISTORY: '0',
  EMAIL_VERIFICATION: 'optional',
  MFA: 'optional',
  MFA_ENROL_DAYS: '0',
  MFA_ADMIN_ACTIONS: 'aal1',
}
const weak = 'a weak one'
const breached = 'known to everyone'

let database: Database
/** Two processes with one database. The first one makes the changes. */
let one: TestApp
let other: TestApp
beforeAll(async () => {
  database = await openTestDatabase()
  const open = () =>
    createTestApp({
      env,
      database,
      infrastructure: (opened) => ({
        ...opened,
        passwordScorer: {
          score: async (password) => ({ score: password === weak ? 1 : 4, suggestions: [] }),
        },
        breachChecker: { isBreached: async (password) => password === breached },
      }),
    })
  one = await open()
  other = await open()
})
afterAll(async () => {
  await other.close()
  await one.close()
  await database.close()
})

/** What a tenant does, seen from outside. */
type Probe = (test: TestApp, tenant: string) => Promise<unknown>

const register = (test: TestApp, tenant: string, input = {}): Promise<GraphqlAnswer> =>
  test
    .actor()
    .ask(registerDocument, { input: { email: freshEmail(), password: goodPassword, tenant, ...input } })

const registering =
  (input = {}): Probe =>
  async (test, tenant) => {
    const { __typename, unmet, issues } = resultOf(await register(test, tenant, input))
    return [__typename, ...(unmet ?? []), ...(issues ?? []).map(({ code }: { code: string }) => code)]
  }
const registered = ['RegisterSuccess']
const unmet = (requirement: string) => ['WeakPasswordProblem', requirement]
const withPassword = (password: string) => registering({ password })

/** Whether the first of several sessions is alive. */
const sessions =
  (count: number): Probe =>
  async (test, tenant) => {
    const first = await signUp(test.actor(), { tenant })
    for (let n = 1; n < count; n += 1) await signIn(test.actor(), first.email, { tenant })
    return (await askRefresh(test.actor(), first.refreshToken)).__typename
  }

/** Whether a session is alive after that many seconds. */
const session =
  (lifetime: 'idleExpiresAt' | 'expiresAt', seconds: number): Probe =>
  async (test, tenant) => {
    const { sessionId } = await signUp(test.actor(), { tenant })
    const row = await database.client.session.findUniqueOrThrow({ where: { id: sessionId } })
    return row[lifetime].getTime() - test.clock.now().getTime() > seconds * 1000
  }

const reusing: Probe = async (test, tenant) => {
  const { actor, email } = await signUp(test.actor(), { tenant })
  let current = goodPassword
  for (const newPassword of ['An0ther-horse-battery!', goodPassword]) {
    const { accessToken } = await signIn(actor, email, { tenant, password: current })
    const input = { currentPassword: current, newPassword }
    const answer = await actor.ask(changePasswordDocument, { input }, Actor.bearer(accessToken))
    if (outcomeOf(answer) !== 'ChangePasswordSuccess') return outcomeOf(answer)
    current = newPassword
  }
  return 'ChangePasswordSuccess'
}

const withOldPassword: Probe = async (test, tenant) => {
  const { userId, email } = await signUp(test.actor(), { tenant })
  const changedAt = new Date(test.clock.now().getTime() - 2 * 86_400_000)
  await database.client.password.update({ where: { userId }, data: { changedAt } })
  return (await askLogin(test.actor(), email, { tenant })).__typename
}

/** The outcome of the last of two. */
const twice: Probe = async (test, tenant) => {
  await register(test, tenant)
  return outcomeOf(await register(test, tenant))
}

interface Case {
  readonly settings: Readonly<Record<string, unknown>>
  readonly probe: Probe
  readonly before: unknown
  readonly after: unknown
}

const domains = { emailVerification: 'REQUIRED', registrationDomains: ['example.org'] }

const cases: Readonly<Record<string, Case>> = {
  passwordMinLength: {
    settings: { passwordMinLength: 30 },
    probe: withPassword('twenty characters it is'),
    before: registered,
    after: unmet('MIN_LENGTH'),
  },
  passwordMinScore: {
    settings: { passwordMinScore: 2 },
    probe: withPassword(weak),
    before: registered,
    after: unmet('MIN_SCORE'),
  },
  passwordRequireUppercase: {
    settings: { passwordRequireUppercase: true },
    probe: withPassword('no capital 1 here!'),
    before: registered,
    after: unmet('UPPERCASE'),
  },
  passwordRequireLowercase: {
    settings: { passwordRequireLowercase: true },
    probe: withPassword('ONLY CAPITALS 1!'),
    before: registered,
    after: unmet('LOWERCASE'),
  },
  passwordRequireDigit: {
    settings: { passwordRequireDigit: true },
    probe: withPassword('No digit in this!'),
    before: registered,
    after: unmet('DIGIT'),
  },
  passwordRequireSymbol: {
    settings: { passwordRequireSymbol: true },
    probe: withPassword('N0symbolInThisOne'),
    before: registered,
    after: unmet('SYMBOL'),
  },
  passwordRejectBreached: {
    settings: { passwordRejectBreached: true },
    probe: withPassword(breached),
    before: registered,
    after: unmet('NOT_BREACHED'),
  },
  passwordHistorySize: {
    settings: { passwordHistorySize: 3 },
    probe: reusing,
    before: 'ChangePasswordSuccess',
    after: 'PasswordReusedProblem',
  },
  passwordMaxAgeDays: {
    settings: { passwordMaxAgeDays: 1 },
    probe: withOldPassword,
    before: 'LoginSuccess',
    after: 'PasswordExpired',
  },
  emailVerification: {
    settings: { emailVerification: 'REQUIRED' },
    probe: registering(),
    before: registered,
    after: ['RegistrationPending'],
  },
  registration: {
    settings: { registration: 'CLOSED' },
    probe: registering(),
    before: registered,
    after: ['AuthInvalidInputProblem', 'REGISTRATION_CLOSED'],
  },
  registrationDomains: {
    settings: domains,
    probe: registering(),
    before: registered,
    after: ['AuthInvalidInputProblem', 'DOMAIN_NOT_ALLOWED'],
  },
  mfa: {
    settings: { mfa: 'REQUIRED' },
    probe: registering(),
    before: registered,
    after: ['MfaEnrolmentRequired'],
  },
  sessionLimit: {
    settings: { sessionLimit: 2 },
    probe: sessions(3),
    before: 'RefreshSuccess',
    after: 'InvalidRefreshTokenProblem',
  },
  sessionIdleSeconds: {
    settings: { sessionIdleSeconds: 600 },
    probe: session('idleExpiresAt', 600),
    before: true,
    after: false,
  },
  sessionMaxSeconds: {
    settings: { sessionMaxSeconds: 900 },
    probe: session('expiresAt', 900),
    before: true,
    after: false,
  },
  singleSession: {
    settings: { singleSession: true },
    probe: sessions(2),
    before: 'RefreshSuccess',
    after: 'InvalidRefreshTokenProblem',
  },
  rateLimits: {
    settings: { rateLimits: { register: '1/1h' } },
    probe: twice,
    before: 'RegisterSuccess',
    after: 'AuthRateLimitedProblem',
  },
}

describe('a setting of a tenant', () => {
  it.each(Object.entries(cases))(
    '%s changes exactly this tenant in every process, and null takes it back',
    async (_name, { settings, probe, before, after }) => {
      const admin = await signUpAs(one, 'ADMIN')
      const calls = tenantCalls(one)
      const [tenant, neighbour] = [await createTenant(one, admin), await createTenant(one, admin)]
      const all = ['default', tenant, neighbour]
      // Both processes know the tenants before the change.
      for (const test of [one, other])
        for (const slug of all) expect(await probe(test, slug), slug).toEqual(before)
      expect(await calls.update(admin, { slug: tenant, settings })).toMatchObject({
        __typename: 'UpdateTenantSuccess',
      })
      expect(await probe(one, tenant)).toEqual(after)
      await eventually(async () => expect(await probe(other, tenant)).toEqual(after))
      for (const test of [one, other])
        for (const slug of ['default', neighbour]) expect(await probe(test, slug), slug).toEqual(before)
      const nulls = Object.fromEntries(Object.keys(settings).map((name) => [name, null]))
      await calls.update(admin, { slug: tenant, settings: nulls })
      expect(await probe(one, tenant)).toEqual(before)
      await eventually(async () => expect(await probe(other, tenant)).toEqual(before))
    },
  )

  it('has a case for each', async () => {
    const admin = await signUpAs(one, 'ADMIN')
    const { settings } = await tenantCalls(one).find(admin, 'default')
    const names = Object.keys(settings).filter((name) => name !== '__typename')
    expect(Object.keys(cases).toSorted()).toEqual(names.toSorted())
  })
})

describe('settings that a later version has stored', () => {
  it.each([
    ['registration', { registration: 'by invitation' }, registering(), cases.registration?.after],
    ['registration of another type', { registration: false }, registering(), cases.registration?.after],
    [
      'registrationDomains',
      { registrationDomains: { suffix: 'example.com' } },
      registering(),
      cases.registrationDomains?.after,
    ],
    [
      'an entry of registrationDomains',
      { registrationDomains: ['*.example.com'] },
      registering(),
      cases.registrationDomains?.after,
    ],
    ['emailVerification', { emailVerification: 'twice' }, registering(), ['RegistrationPending']],
    ['mfa', { mfa: 'hardware' }, registering(), ['MfaEnrolmentRequired']],
    ['passwordMinLength', { passwordMinLength: 100 }, withPassword('x'.repeat(63)), unmet('MIN_LENGTH')],
    ['passwordMinScore', { passwordMinScore: 'highest' }, withPassword(weak), unmet('MIN_SCORE')],
    ['passwordRequireDigit', { passwordRequireDigit: '2' }, withPassword('No digit!'), unmet('DIGIT')],
    ['sessionLimit', { sessionLimit: '1 for each device' }, sessions(2), 'InvalidRefreshTokenProblem'],
    ['sessionMaxSeconds', { sessionMaxSeconds: 30 }, session('expiresAt', 61), false],
  ] as const)('fail closed: %s', async (_name, settings, probe, expected) => {
    const tenant = await tenantWith(one, settings)
    expect(await probe(one, tenant)).toEqual(expected)
    const known = await tenantWith(one, {})
    await probe(other, known)
    await storeSettings(database, known, settings)
    await eventually(async () => expect(await probe(other, known)).toEqual(expected))
  })

  it('leave out budgets that this version does not know, and keep the others', async () => {
    const tenant = await tenantWith(one, { rateLimits: { register: '1/1h', login: 'few', teleport: '1/1h' } })
    expect(await twice(one, tenant)).toBe('AuthRateLimitedProblem')
  })
})

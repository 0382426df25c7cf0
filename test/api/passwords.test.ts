import { hash as bcryptHash } from '@node-rs/bcrypt'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import {
  changePasswordDocument,
  checkPasswordStrengthDocument,
  generatePasswordDocument,
  passwordPolicyDocument,
  registerDocument,
} from '../support/operations.ts'
import { askLogin, signUp } from '../support/people.ts'
import { insertTenant } from '../support/rows.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
let nist: TestApp
beforeAll(async () => {
  test = await createTestApp({ passwordScorer: 'zxcvbn', env: { APP_NAME: 'Analytical Engines' } })
  nist = await createTestApp({
    database: test.database,
    passwordScorer: 'zxcvbn',
    env: { PASSWORD_POLICY: 'nist' },
  })
})
afterAll(async () => {
  await nist.close()
  await test.close()
})

type Input = Readonly<Record<string, unknown>>

async function policyOf(app: TestApp, tenant?: string) {
  const answer = await app.actor().ask(passwordPolicyDocument, tenant === undefined ? {} : { tenant })
  expect(answer.errors).toEqual([])
  return answer.data.passwordPolicy
}

async function strengthOf(
  password: string,
  input: Input = {},
  app = test,
  headers: Record<string, string> = {},
) {
  const answer = await app
    .actor()
    .ask(checkPasswordStrengthDocument, { input: { password, ...input } }, headers)
  expect(answer.errors).toEqual([])
  return answer.data.checkPasswordStrength
}

async function generate(input?: Input, app = test) {
  const answer = await app.actor().ask(generatePasswordDocument, input === undefined ? {} : { input })
  expect(answer.errors).toEqual([])
  return answer.data.generatePassword
}

async function register(input: Input, app = test) {
  const answer = await app.actor().ask(registerDocument, { input: { email: freshEmail(), ...input } })
  expect(answer.errors).toEqual([])
  return answer.data.register
}

/** A tenant with rules of its own. */
async function tenantWith(settings: Record<string, string | number | boolean | null>): Promise<string> {
  const slug = await insertTenant(test.database)
  await test.database.client.tenant.update({ where: { slug }, data: { settings } })
  return slug
}

const classicRules = {
  minLength: 8,
  maxLength: 128,
  requireUppercase: true,
  requireLowercase: true,
  requireDigit: true,
  requireSymbol: true,
  minScore: 2,
  rejectBreached: false,
  historySize: 5,
  maxAgeDays: null,
}

describe('passwordPolicy', () => {
  it('is the classic one unless the configuration says otherwise', async () => {
    expect(await policyOf(test)).toEqual(classicRules)
    expect(await policyOf(nist)).toMatchObject({ minLength: 15, requireSymbol: false, historySize: 0 })
  })

  it("is the tenant's own where that is stricter, and null where there is no tenant", async () => {
    const slug = await tenantWith({
      passwordMinLength: 12,
      passwordRequireSymbol: false,
      passwordMaxAgeDays: 90,
      passwordMinScore: 9,
    })
    expect(await policyOf(test, slug)).toEqual({
      ...classicRules,
      minLength: 12,
      maxAgeDays: 90,
      // Out of bounds, so the strictest value.
      minScore: 4,
    })
    for (const nowhere of ['nowhere', '', 'a\u0000b', 'a\ud800b', 'x'.repeat(65)])
      expect(await policyOf(test, nowhere)).toBeNull()
  })
})

describe('checkPasswordStrength', () => {
  it('accepts what register accepts', async () => {
    expect(await strengthOf(goodPassword)).toEqual({
      __typename: 'PasswordStrength',
      acceptable: true,
      score: 4,
      unmet: [],
      breached: null,
      suggestions: [],
    })
  })

  it('lists everything that is missing, and what to do', async () => {
    const verdict = await strengthOf('passwor')
    expect(verdict).toMatchObject({ acceptable: false, score: 1 })
    expect(verdict.unmet).toEqual(['MIN_LENGTH', 'UPPERCASE', 'DIGIT', 'SYMBOL', 'MIN_SCORE'])
    expect(verdict.suggestions).toEqual(
      expect.arrayContaining(['Use at least 8 characters.', 'Add a digit.']),
    )
    expect((await strengthOf('P@55w0rd!')).unmet).toEqual(['MIN_SCORE'])
  })

  it('does not look at what is too long', async () => {
    const long = await strengthOf(`Aa1!${'x'.repeat(125)}`)
    expect(long).toMatchObject({ acceptable: false, score: 0, unmet: ['MAX_LENGTH'] })
    expect((await strengthOf('x'.repeat(20_000))).unmet).toEqual(['MAX_LENGTH'])
  })

  it('refuses what is built from the words that are given, the product, or the viewer', async () => {
    const built = { unmet: expect.arrayContaining(['NOT_PERSONAL']) }
    expect(await strengthOf('Xylozandrium-7', { userInputs: ['xylozandrium'] })).toMatchObject(built)
    expect(await strengthOf('An4lyt1c4lEng1nes!')).toMatchObject(built)
    expect((await strengthOf('Wilhelmine-Quax-7')).unmet).toEqual([])
    const { accessToken } = await signUp(test.actor(), { firstName: 'Wilhelmine', lastName: 'Quax' })
    const asked = await strengthOf('Wilhelmine-Quax-7', {}, test, Actor.bearer(accessToken))
    expect(asked).toMatchObject(built)
  })

  it('takes 20 words of 100 characters, and names what is wrong', async () => {
    const words = Array.from({ length: 20 }, (_, index) => `${index}`.padEnd(100, 'x'))
    expect((await strengthOf(goodPassword, { userInputs: words })).acceptable).toBe(true)
    const problem = await strengthOf(goodPassword, {
      userInputs: [...words, 'x'.repeat(101)],
      tenant: 'x'.repeat(65),
    })
    expect(problem.issues).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ path: ['userInputs', '20'], code: 'TOO_LONG' }),
        expect.objectContaining({ path: ['tenant'], code: 'TOO_LONG' }),
      ]),
    )
    const tooMany = await strengthOf(goodPassword, { userInputs: [...words, 'one more'] })
    expect(tooMany.issues).toMatchObject([{ path: ['userInputs'], code: 'TOO_MANY' }])
    const nowhere = await strengthOf(goodPassword, { tenant: 'nowhere' })
    expect(nowhere.issues).toMatchObject([{ path: ['tenant'], code: 'UNKNOWN_TENANT' }])
  })

  it('goes by the rules of the tenant', async () => {
    const tenant = await tenantWith({ passwordMinLength: 20 })
    expect(await strengthOf('Corr3ct horse bat!', { tenant })).toMatchObject({ unmet: ['MIN_LENGTH'] })
    expect(await strengthOf('Corr3ct horse battery!', { tenant })).toMatchObject({ acceptable: true })
    expect((await strengthOf('correct horse battery', {}, nist)).acceptable).toBe(true)
  })
})

describe('generatePassword', () => {
  it('draws 20 characters that the policy accepts, others each time', async () => {
    const [one, other] = [await generate(), await generate()]
    expect(one).toMatchObject({ __typename: 'GeneratePasswordSuccess', score: 4 })
    expect(one.password).toHaveLength(20)
    expect(one.password).not.toBe(other.password)
    expect((await strengthOf(one.password)).acceptable).toBe(true)
  })

  it.each([8, 9, 64, 128])('draws %i characters', async (length) => {
    const { password } = await generate({ length })
    expect(password).toHaveLength(length)
    expect((await strengthOf(password)).acceptable).toBe(true)
  })

  it('without symbols draws letters and digits, and the one hyphen that the policy demands', async () => {
    expect((await generate({ symbols: false })).password).toMatch(/^(?=[^-]*-[^-]*$)[A-Za-z0-9-]{20}$/)
    expect((await generate({ symbols: false }, nist)).password).toMatch(/^[A-Za-z0-9]{20}$/)
  })

  it('refuses a length that the policy refuses', async () => {
    const issue = (code: string) => ({ issues: [{ path: ['length'], code }] })
    expect(await generate({ length: 7 })).toMatchObject(issue('TOO_SHORT'))
    expect(await generate({ length: -1 })).toMatchObject(issue('TOO_SHORT'))
    expect(await generate({ length: 14 }, nist)).toMatchObject(issue('TOO_SHORT'))
    expect(await generate({ length: 129 })).toMatchObject(issue('TOO_LONG'))
  })
})

describe('one operation', () => {
  const check = 'checkPasswordStrength(input: { password: "x" }) { __typename }'
  const draw = 'generatePassword { __typename }'
  it.each([
    `a: ${check} b: ${check}`,
    `a: ${draw} b: ${draw}`,
    `${check} ${draw}`,
    `${draw} login(input: { identifier: "ada", password: "x" }) { __typename }`,
  ])('scores no two passwords: %s', async (fields) => {
    const answer = await test.actor().ask(`mutation { ${fields} }`)
    expect(answer.errors).toMatchObject([{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }])
  })
})

describe('register', () => {
  it('asks the same engine, with what is known of the newcomer', async () => {
    const weak = { __typename: 'WeakPasswordProblem', code: 'WEAK_PASSWORD' }
    expect(await register({ password: 'P@55w0rd!' })).toMatchObject({ ...weak, unmet: ['MIN_SCORE'] })
    const personal = { ...weak, unmet: expect.arrayContaining(['NOT_PERSONAL']) }
    expect(await register({ password: 'Xylozandrium-7', lastName: 'Xylozandrium' })).toMatchObject(personal)
    expect(await register({ password: 'Xylozandrium-7', username: 'xylozandrium' })).toMatchObject(personal)
    expect(await register({ password: 'Xylozandrium-7', email: 'x@xylozandrium.example' })).toMatchObject(
      personal,
    )
    expect(await register({ password: 'Xylozandrium-7' })).toMatchObject({ __typename: 'RegisterSuccess' })
  })

  it('goes by the rules of the tenant', async () => {
    const tenant = await tenantWith({ passwordMinLength: 20 })
    expect(await register({ password: 'Corr3ct-horse', tenant })).toMatchObject({ code: 'WEAK_PASSWORD' })
    expect(await register({ password: 'Corr3ct-horse' })).toMatchObject({ __typename: 'RegisterSuccess' })
  })
})

describe('changePassword', () => {
  it('refuses the last five passwords, the present one included, and accepts the sixth', async () => {
    const actor = test.actor()
    const { accessToken, userId } = await signUp(actor)
    let token = accessToken
    const change = async (currentPassword: string, newPassword: string) => {
      const variables = { input: { currentPassword, newPassword } }
      const answer = await actor.ask(changePasswordDocument, variables, Actor.bearer(token))
      const changed = answer.data.changePassword
      token = changed.tokens?.accessToken ?? token
      return changed
    }
    const nth = (n: number) => `Corr3ct-horse-battery!${'+'.repeat(n)}`
    const reused = { code: 'PASSWORD_REUSED' }
    for (let n = 0; n < 5; n++) {
      for (let earlier = 0; earlier <= n; earlier++)
        expect(await change(nth(n), nth(earlier))).toMatchObject(reused)
      expect(await change(nth(n), nth(n + 1))).toMatchObject({ __typename: 'ChangePasswordSuccess' })
    }
    expect(await change(nth(5), nth(1))).toMatchObject(reused)
    expect(await change(nth(5), nth(0))).toMatchObject({ __typename: 'ChangePasswordSuccess' })
    expect(await test.database.client.passwordHistory.count({ where: { userId } })).toBe(4)
  })
})

describe('login with the bcrypt hash of an imported user', () => {
  it('succeeds, and replaces it by argon2id', async () => {
    const { email, userId } = await signUp(test.actor())
    const { password } = test.database.client
    const hash = await bcryptHash('Imp0rted-horse!', 4)
    await password.update({ where: { userId }, data: { hash } })
    expect(await askLogin(test.actor(), email)).toMatchObject({ code: 'INVALID_CREDENTIALS' })
    const imported = { password: 'Imp0rted-horse!' }
    expect(await askLogin(test.actor(), email, imported)).toMatchObject({ __typename: 'LoginSuccess' })
    expect((await password.findUnique({ where: { userId } }))?.hash).toMatch(/^\$argon2id\$/)
    expect(await askLogin(test.actor(), email, imported)).toMatchObject({ __typename: 'LoginSuccess' })
  })

  it('fails like any wrong password where the hash cannot be read', async () => {
    const { email, userId } = await signUp(test.actor())
    await test.database.client.password.update({ where: { userId }, data: { hash: 'md5:5f4dcc3b' } })
    expect(await askLogin(test.actor(), email)).toMatchObject({ code: 'INVALID_CREDENTIALS' })
  })
})

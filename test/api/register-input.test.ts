import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { registerDocument } from '../support/operations.ts'
import { askLogin, signUp } from '../support/people.ts'
import { countRows } from '../support/rows.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

type Input = Readonly<Record<string, unknown>>

async function register(input: Input) {
  const answer = await test
    .actor()
    .ask(registerDocument, { input: { email: freshEmail(), password: goodPassword, ...input } })
  expect(answer.errors).toEqual([])
  return answer.data.register
}

/** The issues as "path: CODE", and that nothing was stored. */
async function issuesOf(input: Input): Promise<readonly string[]> {
  const before = await countRows(test.database)
  const problem = await register(input)
  expect(problem).toMatchObject({ __typename: 'AuthInvalidInputProblem', code: 'INVALID_INPUT' })
  expect(await countRows(test.database)).toEqual(before)
  return problem.issues.map((issue: { path: string[]; code: string; message: string }) => {
    expect(issue.message).not.toBe('')
    return `${issue.path.join('.')}: ${issue.code}`
  })
}

describe('the input of register', () => {
  it('is answered with the issue of every field at once', async () => {
    const issues = await issuesOf({
      email: 'nobody',
      password: `${goodPassword}\ud800`,
      username: 'a b',
      firstName: '\u0000',
      lastName: 'x'.repeat(51),
      phoneNumber: '030 123',
      tenant: '\u0007',
      device: { name: 'x'.repeat(101), fingerprint: '\ud800' },
    })
    expect(issues).toEqual([
      'email: INVALID_EMAIL',
      'password: INVALID_CHARACTERS',
      'username: INVALID_USERNAME',
      'firstName: INVALID_CHARACTERS',
      'lastName: TOO_LONG',
      'phoneNumber: INVALID_PHONE_NUMBER',
      'tenant: INVALID_CHARACTERS',
      'device.name: TOO_LONG',
      'device.fingerprint: INVALID_CHARACTERS',
    ])
  })

  it.each([
    '',
    'ada',
    '@example.com',
    'ada@',
    'ada@localhost',
    'ada@example..com',
    'ada@-example.com',
    'a b@example.com',
    'ada@example.com,bob@example.com',
    'ada@example.com\r\nbcc: bob@example.com',
    '"ada"@example.com',
    'ada@[192.0.2.1]',
    '.ada@example.com',
    'ada.@example.com',
    'Ada <ada@example.com>',
    `${'a'.repeat(65)}@example.com`,
    `ada@${'a'.repeat(64)}.com`,
    `ada@${'a.'.repeat(130)}com`,
  ])('takes no %j for an address', async (email) => {
    expect(await issuesOf({ email })).toEqual(['email: INVALID_EMAIL'])
  })

  it.each(['', 'ab', 'a'.repeat(33), 'ada lovelace', 'ada@example', 'adä', 'ada\n', 'ada/..', '\u212aelvin'])(
    'takes no %j for a username',
    async (username) => {
      expect(await issuesOf({ username })).toEqual(['username: INVALID_USERNAME'])
    },
  )

  it('takes usernames of 3 to 32 letters, digits, underscores, dots and hyphens', async () => {
    const unique = freshEmail('x').slice(2, 10)
    expect((await register({ username: `_.-${unique}` })).__typename).toBe('RegisterSuccess')
    expect((await register({ username: `Z${unique}${'9'.repeat(23)}` })).__typename).toBe('RegisterSuccess')
    expect((await register({ username: 'a1_' })).__typename).toBe('RegisterSuccess')
  })

  it.each(['', '12345', '030 1234567', '+1', '+999123456789', 'tel:+493012345678', `+49${'1'.repeat(40)}`])(
    'takes no %j for a telephone number',
    async (phoneNumber) => {
      expect(await issuesOf({ phoneNumber })).toEqual(['phoneNumber: INVALID_PHONE_NUMBER'])
    },
  )

  it('takes names as people write them, and none of 10 000 characters or of blanks', async () => {
    const { user } = await register({ firstName: 'Zoë 👩‍💻', lastName: '<b>Ó Brádaigh</b> 李' })
    expect(user).toMatchObject({ firstName: 'Zoë 👩‍💻', lastName: '<b>Ó Brádaigh</b> 李' })
    expect((await register({ firstName: '😀'.repeat(50) })).__typename).toBe('RegisterSuccess')
    expect(await issuesOf({ firstName: '😀'.repeat(51) })).toEqual(['firstName: TOO_LONG'])
    expect(await issuesOf({ firstName: 'x'.repeat(10_000) })).toEqual(['firstName: TOO_LONG'])
    expect(await issuesOf({ lastName: '   ' })).toEqual(['lastName: REQUIRED'])
    expect(await issuesOf({ lastName: '' })).toEqual(['lastName: REQUIRED'])
  })

  it('may be null wherever it may be absent', async () => {
    const nothing = { username: null, firstName: null, lastName: null, phoneNumber: null, tenant: null }
    expect((await register({ ...nothing, device: null })).__typename).toBe('RegisterSuccess')
    expect((await register({ device: { name: null, fingerprint: null } })).__typename).toBe('RegisterSuccess')
  })

  it('names no tenant that does not exist', async () => {
    expect(await issuesOf({ tenant: 'nowhere' })).toEqual(['tenant: UNKNOWN_TENANT'])
    expect(await issuesOf({ tenant: '' })).toEqual(['tenant: UNKNOWN_TENANT'])
    expect(await issuesOf({ tenant: 'x'.repeat(65) })).toEqual(['tenant: TOO_LONG'])
  })

  it('is text in every field: no NUL and no lone surrogate gets through', async () => {
    const fields: Input = {
      email: 'ada@example.com',
      password: goodPassword,
      username: 'ada',
      firstName: 'Ada',
      lastName: 'Ada',
      phoneNumber: '+493012345678',
      tenant: 'default',
    }
    for (const bad of ['\u0000', '\ud800', '\udc00']) {
      for (const [field, good] of Object.entries(fields)) {
        const written = `${String(good).slice(0, 2)}${bad}${String(good).slice(2)}`
        const issues = await issuesOf({ [field]: written })
        expect(issues, `${field} ${JSON.stringify(bad)}`).toHaveLength(1)
        expect(issues[0]).toContain(`${field}: INVALID_`)
      }
      expect(await issuesOf({ device: { name: bad } })).toEqual(['device.name: INVALID_CHARACTERS'])
      expect(await issuesOf({ device: { fingerprint: bad } })).toEqual([
        'device.fingerprint: INVALID_CHARACTERS',
      ])
    }
  })
})

describe('a password to register with', () => {
  const classes = ['MIN_LENGTH', 'UPPERCASE', 'LOWERCASE', 'DIGIT', 'SYMBOL']

  it.each([
    ['', classes],
    ['Aa1!', ['MIN_LENGTH']],
    ['Aa1!567', ['MIN_LENGTH']],
    ['abcdefg1!', ['UPPERCASE']],
    ['ABCDEFG1!', ['LOWERCASE']],
    ['Abcdefgh!', ['DIGIT']],
    ['Abcdefgh1', ['SYMBOL']],
    ['        ', ['UPPERCASE', 'LOWERCASE', 'DIGIT']],
  ])('that is %j gets a list of all that it lacks', async (password, unmet) => {
    const before = await countRows(test.database)
    const problem = await register({ password })
    expect(problem).toMatchObject({ __typename: 'WeakPasswordProblem', code: 'WEAK_PASSWORD' })
    expect(problem.unmet).toEqual(expect.arrayContaining(unmet))
    expect(problem.suggestions.length).toBeGreaterThanOrEqual(unmet.length)
    expect(await countRows(test.database)).toEqual(before)
  })

  it('has 128 characters at most, counted as people count them', async () => {
    const longest = `Aa1!${'😀'.repeat(124)}`
    const ada = await signUp(test.actor(), { password: longest })
    expect((await askLogin(test.actor(), ada.email, { password: longest })).__typename).toBe('LoginSuccess')
    const tooLong = await register({ password: `${longest}x` })
    expect(tooLong).toMatchObject({ __typename: 'WeakPasswordProblem' })
    expect(tooLong.unmet).toContain('MAX_LENGTH')
    const huge = await register({ password: `Aa1!${'x'.repeat(90_000)}` })
    expect(huge.unmet).toEqual(['MAX_LENGTH'])
  })

  it('is the same password in every Unicode form, also at its longest', async () => {
    const composed = `Aa1!${'각'.repeat(124)}`
    const decomposed = composed.normalize('NFD')
    const ada = await signUp(test.actor(), { password: decomposed })
    for (const password of [composed, decomposed]) {
      expect((await askLogin(test.actor(), ada.email, { password })).__typename).toBe('LoginSuccess')
    }
  })

  it('is neither trimmed nor cut', async () => {
    const password = ` ${goodPassword}\t`
    for (const other of [goodPassword, ` ${goodPassword}`, password.slice(0, -1), password.toUpperCase()]) {
      const ada = await signUp(test.actor(), { password })
      expect((await askLogin(test.actor(), ada.email, { password: other })).code).toBe('INVALID_CREDENTIALS')
      expect((await askLogin(test.actor(), ada.email, { password })).__typename).toBe('LoginSuccess')
    }
  })
})

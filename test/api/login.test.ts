import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loginDocument } from '../support/operations.ts'
import { askLogin, signIn, signUp, whoIs } from '../support/people.ts'
import { auditOf, auditTypesOf, countRows, insertTenant } from '../support/rows.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

const wrong = { password: 'Wr0ng-horse-battery!' }

describe('login', () => {
  it('signs in by address and by username, in any case', async () => {
    const username = `Ada_${freshEmail('x').slice(2, 10)}`
    const ada = await signUp(test.actor(), { username })
    const written = [ada.email, ada.email.toUpperCase(), ` ${ada.email} `]
    for (const identifier of [...written, username, username.toUpperCase(), username.toLowerCase()]) {
      const login = await askLogin(test.actor(), identifier)
      expect(login, identifier).toMatchObject({ __typename: 'LoginSuccess', user: { id: ada.userId } })
      expect(login.session.current).toBe(true)
      expect(await whoIs(test.actor(), login.tokens.accessToken)).toBe(ada.userId)
    }
  })

  it('counts the sign-ins and remembers the last', async () => {
    const ada = await signUp(test.actor())
    test.clock.advance(60)
    const { user } = await askLogin(test.actor(), ada.email)
    expect(user).toMatchObject({ loginCount: 2, lastLoginAt: test.clock.now().toISOString() })
    await askLogin(test.actor(), ada.email, wrong)
    const row = await test.database.client.user.findUniqueOrThrow({ where: { id: ada.userId } })
    expect(row.loginCount).toBe(2)
  })

  it('begins a session of its own each time, and audits it', async () => {
    const ada = await signUp(test.actor())
    const again = await signIn(test.actor(), ada.email)
    expect(again.sessionId).not.toBe(ada.sessionId)
    expect(again.refreshToken).not.toBe(ada.refreshToken)
    const rows = await auditOf(test.database, ada.userId)
    expect(rows.map(({ type }) => type)).toEqual(['USER_REGISTERED', 'LOGIN_SUCCEEDED', 'LOGIN_SUCCEEDED'])
    expect(rows[2]).toMatchObject({ sessionId: again.sessionId, ipAddress: '192.0.2.7', reason: null })
  })

  it('works with any Authorization header', async () => {
    const ada = await signUp(test.actor())
    for (const authorization of ['Bearer rubbish', 'Basic YWRhOmFkYQ==', `Bearer ${ada.accessToken}`, 'x']) {
      const input = { identifier: ada.email, password: goodPassword }
      const answer = await test.actor().ask(loginDocument, { input }, { authorization })
      expect(answer.data.login.__typename, authorization).toBe('LoginSuccess')
    }
  })

  it('may be tried once in an operation', async () => {
    const ada = await signUp(test.actor())
    const before = await countRows(test.database)
    const twice = `mutation ($a: LoginInput!) { a: login(input: $a) { __typename } b: login(input: $a) { __typename } }`
    const answer = await test.actor().ask(twice, { a: { identifier: ada.email, password: goodPassword } })
    expect(answer.errors).not.toEqual([])
    expect(answer.data).toBeUndefined()
    expect(await countRows(test.database)).toEqual(before)
  })
})

describe('a failed login', () => {
  it('has the same result for a wrong password, an unknown address, username and tenant', async () => {
    const username = `ada-${freshEmail('x').slice(2, 10)}`
    const ada = await signUp(test.actor(), { username })
    const tenant = await insertTenant(test.database)
    const answers = [
      await askLogin(test.actor(), ada.email, wrong),
      await askLogin(test.actor(), username, wrong),
      await askLogin(test.actor(), freshEmail()),
      await askLogin(test.actor(), 'no-such-name'),
      await askLogin(test.actor(), 'not@an@address'),
      await askLogin(test.actor(), ''),
      await askLogin(test.actor(), ada.email, { tenant }),
      await askLogin(test.actor(), ada.email, { tenant: 'nowhere' }),
    ]
    expect(answers[0]).toMatchObject({
      __typename: 'InvalidCredentialsProblem',
      code: 'INVALID_CREDENTIALS',
      message: expect.any(String),
    })
    for (const answer of answers) expect(answer).toEqual(answers[0])
  })

  it('writes an audit row, with or without an account', async () => {
    const ada = await signUp(test.actor())
    await askLogin(test.actor(), ada.email, wrong)
    const rows = await auditOf(test.database, ada.userId)
    expect(rows.at(-1)).toMatchObject({
      type: 'LOGIN_FAILED',
      reason: 'INVALID_CREDENTIALS',
      sessionId: null,
      ipAddress: '192.0.2.7',
    })
    const nobody = (await auditOf(test.database, null)).length
    await askLogin(test.actor(), freshEmail())
    const after = await auditOf(test.database, null)
    expect(after).toHaveLength(nobody + 1)
    expect(after.at(-1)).toMatchObject({ type: 'LOGIN_FAILED', reason: 'INVALID_CREDENTIALS' })
  })

  it('writes neither the identifier nor the password anywhere', async () => {
    const identifier = freshEmail('secret-identifier')
    const password = 'S3cret-of-somebody!'
    await askLogin(test.actor(), identifier, { password })
    const kept = JSON.stringify(await auditOf(test.database, null)) + test.log.join('\n')
    expect(kept).not.toContain(identifier)
    expect(kept).not.toContain(password)
  })

  it('with an impossible password is refused before anything is hashed', async () => {
    const ada = await signUp(test.actor())
    const before = await countRows(test.database)
    const problem = await askLogin(test.actor(), ada.email, { password: 'x'.repeat(90_000) })
    expect(problem).toMatchObject({
      __typename: 'AuthInvalidInputProblem',
      issues: [{ path: ['password'], code: 'TOO_LONG' }],
    })
    expect(await askLogin(test.actor(), ada.email, { password: `${goodPassword}\udc00` })).toMatchObject({
      issues: [{ path: ['password'], code: 'INVALID_CHARACTERS' }],
    })
    expect(await countRows(test.database)).toEqual(before)
  })

  it('names the fields that cannot be what they are', async () => {
    const problem = await askLogin(test.actor(), 'a\u0000b', { device: { name: '\ud800' }, tenant: '\u0000' })
    expect(problem.issues.map(({ path }: { path: string[] }) => path.join('.'))).toEqual([
      'identifier',
      'tenant',
      'device.name',
    ])
    expect(await askLogin(test.actor(), 'x'.repeat(255))).toMatchObject({
      issues: [{ path: ['identifier'], code: 'TOO_LONG' }],
    })
  })
})

describe('an account that may not sign in', () => {
  it('is reported as such only after the correct password', async () => {
    const ada = await signUp(test.actor())
    await test.database.client.user.update({ where: { id: ada.userId }, data: { active: false } })
    expect(await askLogin(test.actor(), ada.email, wrong)).toMatchObject({ code: 'INVALID_CREDENTIALS' })
    expect(await askLogin(test.actor(), ada.email)).toMatchObject({
      __typename: 'AccountDisabledProblem',
      code: 'ACCOUNT_DISABLED',
    })
    expect((await auditOf(test.database, ada.userId)).at(-1)).toMatchObject({ reason: 'ACCOUNT_DISABLED' })
  })

  it('is locked without an end, or until the reported time', async () => {
    const ada = await signUp(test.actor())
    const where = { id: ada.userId }
    await test.database.client.user.update({ where, data: { lockedAt: test.clock.now() } })
    expect(await askLogin(test.actor(), ada.email, wrong)).toMatchObject({ code: 'INVALID_CREDENTIALS' })
    expect(await askLogin(test.actor(), ada.email)).toMatchObject({
      __typename: 'AccountLockedProblem',
      code: 'ACCOUNT_LOCKED',
      unlocksAt: null,
      retryAfterSeconds: null,
    })
    const lockedUntil = new Date(test.clock.now().getTime() + 90_000)
    await test.database.client.user.update({ where, data: { lockedUntil } })
    expect(await askLogin(test.actor(), ada.email)).toMatchObject({
      code: 'ACCOUNT_LOCKED',
      unlocksAt: lockedUntil.toISOString(),
      retryAfterSeconds: 90,
    })
    test.clock.advance(90)
    expect((await askLogin(test.actor(), ada.email)).__typename).toBe('LoginSuccess')
  })

  it('has no session when its credentials change while it signs in', async () => {
    const ada = await signUp(test.actor())
    test.clock.advance(1)
    const racing = await createTestApp({
      database: test.database,
      clock: test.clock,
      infrastructure: (opened) => ({
        ...opened,
        hasher: {
          ...opened.hasher,
          async verify(password, stored, deadline) {
            const matches = await opened.hasher.verify(password, stored, deadline)
            const data = { tokenVersion: { increment: 1 } }
            await test.database.client.user.update({ where: { id: ada.userId }, data })
            return matches
          },
        },
      }),
    })
    const login = await askLogin(racing.actor(), ada.email)
    await racing.close()
    expect(login).toMatchObject({ __typename: 'InvalidCredentialsProblem' })
    expect(await test.database.client.session.count({ where: { userId: ada.userId } })).toBe(1)
    expect(await auditTypesOf(test.database, ada.userId)).toEqual([
      'USER_REGISTERED',
      'LOGIN_SUCCEEDED',
      'LOGIN_FAILED',
    ])
  })
})

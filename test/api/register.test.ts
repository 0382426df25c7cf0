import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { registerDocument, withSessionOwner } from '../support/operations.ts'
import { askLogin, signUp, whoIs } from '../support/people.ts'
import { auditOf, countRows, insertTenant } from '../support/rows.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

async function register(input: Readonly<Record<string, unknown>>) {
  const answer = await test.actor().ask(withSessionOwner(registerDocument), {
    input: { email: freshEmail(), password: goodPassword, ...input },
  })
  expect(answer.errors).toEqual([])
  return answer.data.register
}

describe('register', () => {
  it('makes an account, signs it in and answers everything that it owns', async () => {
    const email = freshEmail()
    const before = test.clock.now().toISOString()
    const input = {
      email,
      username: `Ada-${email.slice(4, 12)}`,
      firstName: 'Ada Augusta',
      lastName: "King-O'Noel",
      phoneNumber: '+49 30 12345678',
      device: { name: 'my laptop', fingerprint: 'abc' },
    }
    const { user, session, tokens, ...rest } = await register(input)
    expect(rest).toEqual({ __typename: 'RegisterSuccess', deviceToken: expect.stringMatching(/^ghd_/) })
    expect(user).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-/),
      username: input.username,
      displayName: input.username,
      email,
      emailVerified: false,
      firstName: 'Ada Augusta',
      lastName: "King-O'Noel",
      phoneNumber: '+493012345678',
      locale: null,
      role: 'USER',
      roles: [],
      metadata: {},
      loginCount: 1,
      lastLoginAt: before,
      createdAt: before,
      updatedAt: before,
      active: true,
      locked: false,
      lockedUntil: null,
      permissions: [],
      phoneVerified: false,
      preferences: {},
      tenant: 'default',
      twoFactorEnabled: false,
    })
    expect(session).toMatchObject({
      current: true,
      createdAt: before,
      lastUsedAt: before,
      rememberMe: false,
      ipAddress: '192.0.2.7',
      user: { id: user.id, email },
      device: { name: 'my laptop', browser: 'Firefox', os: 'Linux', type: 'DESKTOP' },
    })
    expect(tokens).toMatchObject({ tokenType: 'Bearer', expiresIn: 900, csrfToken: null })
    expect(tokens.refreshTokenExpiresAt).toBe(session.expiresAt)
    expect(await whoIs(test.actor(), tokens.accessToken)).toBe(user.id)
  })

  it('shows a user without a username as "User" and six characters that reveal nothing', async () => {
    const { user } = await register({})
    expect(user.username).toBeNull()
    expect(user.displayName).toMatch(/^User [0-9A-F]{6}$/)
    expect(user.id.toUpperCase()).not.toContain(user.displayName.slice(5))
  })

  it('puts into the body what the transport puts there, and no more', async () => {
    const body = await register({ tokenTransport: 'BODY' })
    expect(body.tokens).toMatchObject({ csrfToken: null, refreshToken: expect.stringMatching(/^ghr_/) })
    const hybrid = await register({ tokenTransport: 'HYBRID' })
    expect(hybrid.tokens).toMatchObject({ refreshToken: null, accessToken: expect.any(String) })
    expect(hybrid.tokens.csrfToken).toEqual(expect.any(String))
    const cookie = await register({ tokenTransport: 'COOKIE' })
    expect(cookie.tokens).toMatchObject({ refreshToken: null, accessToken: null })
    expect(cookie.tokens.csrfToken).toEqual(expect.any(String))
  })

  it('audits the account and the sign-in, with where they came from', async () => {
    const ada = await signUp(test.actor())
    const rows = await auditOf(test.database, ada.userId)
    expect(rows.map(({ type }) => type)).toEqual(['USER_REGISTERED', 'LOGIN_SUCCEEDED'])
    for (const row of rows) {
      expect(row).toMatchObject({ sessionId: ada.sessionId, ipAddress: '192.0.2.7', reason: null })
      expect(row.userAgent).toContain('Firefox')
      expect(row.requestId).toEqual(expect.any(String))
      expect(row.tenantId).toEqual(expect.any(String))
    }
  })

  it('keeps nothing of the password or the refresh token in clear', async () => {
    const ada = await signUp(test.actor())
    const stored = await test.database.client.password.findUniqueOrThrow({ where: { userId: ada.userId } })
    expect(stored.hash).toMatch(/^\$argon2id\$/)
    const session = await test.database.client.session.findUniqueOrThrow({ where: { id: ada.sessionId } })
    const secrets = Buffer.from(ada.refreshToken.slice(4), 'base64url')
    expect(Buffer.from(session.familyHash).equals(secrets.subarray(5, 21))).toBe(false)
    expect(test.log.join('\n')).not.toContain(goodPassword)
    expect(test.log.join('\n')).not.toContain(ada.refreshToken)
    expect(test.log.join('\n')).not.toContain(ada.accessToken)
  })
})

describe('the address of an account', () => {
  it('is trimmed, composed and put in lower case', async () => {
    const unique = freshEmail('x').slice(2, 10)
    const { user } = await register({ email: `  Re\u0301ne\u0301e.${unique}@Example.COM\n` })
    expect(user.email).toBe(`r\u00e9n\u00e9e.${unique}@example.com`)
  })

  it('is taken in any case, with any surrounding blanks and in any Unicode form', async () => {
    const unique = freshEmail('x').slice(2, 10)
    const email = `ren\u00e9e.${unique}@example.com`
    await signUp(test.actor(), { email })
    for (const same of [email, email.toUpperCase(), ` ${email} `, email.normalize('NFD')]) {
      expect(await register({ email: same }), same).toMatchObject({
        __typename: 'EmailTakenProblem',
        code: 'EMAIL_TAKEN',
      })
    }
  })

  it('stays apart from look-alikes, plus-addresses and dotted forms', async () => {
    const unique = freshEmail('x').slice(2, 10)
    const alike = ['anna', 'аnna', 'anna+shop', 'an.na', 'ánna']
    const ids = new Set<string>()
    for (const name of alike) ids.add((await register({ email: `${unique}.${name}@example.com` })).user.id)
    expect(ids.size).toBe(alike.length)
  })

  it('may have one account in each tenant, and signs in to the one that is named', async () => {
    const tenant = await insertTenant(test.database)
    const email = freshEmail()
    const here = await signUp(test.actor(), { email })
    const there = await signUp(test.actor(), { email, tenant, username: 'Ada' })
    expect(there.userId).not.toBe(here.userId)
    expect((await askLogin(test.actor(), email)).user.id).toBe(here.userId)
    expect((await askLogin(test.actor(), email, { tenant })).user.id).toBe(there.userId)
    expect(await askLogin(test.actor(), 'ada')).toMatchObject({ code: 'INVALID_CREDENTIALS' })
  })
})

describe('a username', () => {
  it('is kept as written and taken without regard to case', async () => {
    const name = `Ada.${freshEmail('x').slice(2, 10)}`
    expect((await register({ username: name })).user.username).toBe(name)
    for (const same of [name, name.toLowerCase(), name.toUpperCase()]) {
      expect(await register({ username: same })).toMatchObject({
        __typename: 'UsernameTakenProblem',
        code: 'USERNAME_TAKEN',
      })
    }
  })

  it('that is taken leaves no account behind for the address', async () => {
    const username = `ada-${freshEmail('x').slice(2, 10)}`
    await signUp(test.actor(), { username })
    const email = freshEmail()
    const before = await countRows(test.database)
    await register({ email, username })
    expect(await countRows(test.database)).toEqual(before)
    expect((await register({ email })).__typename).toBe('RegisterSuccess')
  })
})

describe('registrations of one address at the same time', () => {
  it('make exactly one account and no half', async () => {
    const email = freshEmail()
    const before = await countRows(test.database)
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, i) => register({ email: i % 2 === 0 ? email : email.toUpperCase() })),
    )
    const types = results.map(({ __typename }) => __typename).sort()
    expect(types).toEqual([...Array(19).fill('EmailTakenProblem'), 'RegisterSuccess'])
    const after = await countRows(test.database)
    expect(after).toEqual({
      ...before,
      users: (before.users ?? 0) + 1,
      passwords: (before.passwords ?? 0) + 1,
      sessions: (before.sessions ?? 0) + 1,
      auditEvents: (before.auditEvents ?? 0) + 2,
    })
  })
})

describe('register while no mail is sent', () => {
  it('writes neither a mail nor a token', async () => {
    const silent = await createTestApp({ database: test.database, env: { MAIL: 'off' } })
    const { client } = test.database
    const rows = async () => [await client.mailMessage.count(), await client.oneTimeToken.count()]
    const before = await rows()
    await signUp(silent.actor())
    expect(await rows()).toEqual(before)
    await silent.close()
  })
})

import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { mailsTo } from '../support/mails.ts'
import { changePasswordDocument, clientOperation, resetPasswordDocument } from '../support/operations.ts'
import { askLogin, askRefresh, type SignedIn, signIn, signUp, signUpAs } from '../support/people.ts'
import { auditOf, countRows, insertTenant, setRole } from '../support/rows.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'

const document = clientOperation('SetPasswordExpiry')
const day = 86_400
const newPassword = 'An0ther-horse-battery!'

let test: TestApp
/** Passwords expire after 90 days. */
let ageing: TestApp
beforeAll(async () => {
  test = await createTestApp()
  const env = { PASSWORD_MAX_AGE_DAYS: '90' }
  ageing = await createTestApp({ env, database: test.database, clock: test.clock })
})
afterAll(async () => {
  await ageing.close()
  await test.close()
})

const later = (seconds: number) => new Date(test.clock.now().getTime() + seconds * 1000).toISOString()

async function setExpiry(admin: SignedIn, input: Record<string, unknown>) {
  const answer = await test.actor().ask(document, { input }, Actor.bearer(admin.accessToken))
  expect(answer.errors).toEqual([])
  return answer.data.setPasswordExpiry
}

const login = async (email: string, app = test) => (await askLogin(app.actor(), email)).__typename

async function remindersOf(email: string): Promise<number> {
  const mails = await mailsTo(test, email)
  return mails.filter(({ subject }) => subject.includes('expires soon')).length
}

describe('setPasswordExpiry', () => {
  it('requires a new password from that time on, and ends no session', async () => {
    const [admin, ada] = [await signUpAs(test, 'ADMIN'), await signUp(test.actor())]
    const expiresAt = later(60)
    const set = await setExpiry(admin, { userId: ada.userId, expiresAt, reason: 'shared' })
    expect(set).toMatchObject({ __typename: 'UserChangeSuccess', user: { id: ada.userId } })
    expect(await login(ada.email)).toBe('LoginSuccess')
    test.clock.advance(61)
    expect((await askLogin(test.actor(), ada.email, { password: 'Wr0ng-horse-battery!' })).code).toBe(
      'INVALID_CREDENTIALS',
    )
    expect(await login(ada.email)).toBe('PasswordExpired')
    expect((await askRefresh(test.actor(), ada.refreshToken)).__typename).toBe('RefreshSuccess')
    const events = (await auditOf(test.database, ada.userId)).filter(
      ({ type }) => type === 'PASSWORD_EXPIRY_CHANGED',
    )
    expect(events).toMatchObject([{ actorId: admin.userId, reason: 'shared', details: { expiresAt } }])
  })

  it('ends with a new password, set by a reset or a change', async () => {
    const admin = await signUpAs(test, 'ADMIN')
    const [ada, bob] = [await signUp(test.actor()), await signUp(test.actor())]
    for (const { userId } of [ada, bob]) await setExpiry(admin, { userId, expiresAt: later(-60) })
    const text = `mutation ($input: LoginInput!) { login(input: $input) { ... on PasswordExpired { resetToken } } }`
    const input = { identifier: ada.email, password: goodPassword }
    const { resetToken } = (await test.actor().ask(text, { input })).data.login
    await test.actor().ask(resetPasswordDocument, { input: { token: resetToken, newPassword } })
    const change = { currentPassword: goodPassword, newPassword }
    await test.actor().ask(changePasswordDocument, { input: change }, Actor.bearer(bob.accessToken))
    for (const { email } of [ada, bob])
      expect((await askLogin(test.actor(), email, { password: newPassword })).__typename).toBe('LoginSuccess')
  })

  it('leaves it to the policy again with null, and never extends the age of the policy', async () => {
    const ada = await signUp(test.actor())
    await setExpiry(await signUpAs(test, 'ADMIN'), { userId: ada.userId, expiresAt: later(-60) })
    expect(await login(ada.email, ageing)).toBe('PasswordExpired')
    await setExpiry(await signUpAs(test, 'ADMIN'), { userId: ada.userId, expiresAt: null })
    expect(await login(ada.email, ageing)).toBe('LoginSuccess')
    await setExpiry(await signUpAs(test, 'ADMIN'), { userId: ada.userId, expiresAt: later(365 * day) })
    test.clock.advance(91 * day)
    expect(await login(ada.email, ageing)).toBe('PasswordExpired')
    expect(await login(ada.email)).toBe('LoginSuccess')
  })

  it('reminds once, some days before, also without a maximum age, and again after another date', async () => {
    const ada = await signUp(test.actor())
    await setExpiry(await signUpAs(test, 'ADMIN'), { userId: ada.userId, expiresAt: later(8 * day) })
    await test.app.jobs.remindPasswordAge()
    expect(await remindersOf(ada.email)).toBe(0)
    test.clock.advance(2 * day)
    await test.app.jobs.remindPasswordAge()
    await test.app.jobs.remindPasswordAge()
    expect(await remindersOf(ada.email)).toBe(1)
    await setExpiry(await signUpAs(test, 'ADMIN'), { userId: ada.userId, expiresAt: later(3 * day) })
    await test.app.jobs.remindPasswordAge()
    expect(await remindersOf(ada.email)).toBe(2)
    test.clock.advance(4 * day)
    await setExpiry(await signUpAs(test, 'ADMIN'), { userId: ada.userId, expiresAt: later(-60) })
    await test.app.jobs.remindPasswordAge()
    expect(await remindersOf(ada.email)).toBe(2)
  })

  it('is for users of the own tenant with a password, and for no one above or beside oneself', async () => {
    const admin = await signUpAs(test, 'ADMIN')
    const foreign = await signUp(test.actor(), { tenant: await insertTenant(test.database) })
    const bare = await signUp(test.actor())
    await test.database.client.password.delete({ where: { userId: bare.userId } })
    const before = await countRows(test.database)
    const expiresAt = later(60)
    for (const userId of [foreign.userId, randomUUID(), 'rubbish'])
      expect(await setExpiry(admin, { userId, expiresAt })).toMatchObject({ code: 'NOT_FOUND' })
    expect(await setExpiry(admin, { userId: admin.userId, expiresAt })).toMatchObject({
      issues: [{ path: ['userId'], code: 'OWN_ACCOUNT' }],
    })
    expect(await setExpiry(admin, { userId: bare.userId, expiresAt })).toMatchObject({
      issues: [{ path: ['userId'], code: 'NO_PASSWORD' }],
    })
    expect(await setExpiry(admin, { userId: bare.userId, expiresAt, reason: 'x'.repeat(501) })).toMatchObject(
      {
        issues: [{ path: ['reason'], code: 'TOO_LONG' }],
      },
    )
    expect(await countRows(test.database)).toEqual(before)
  })

  it('requires recent reauthentication, and the permission as it is now', async () => {
    const [admin, ada] = [await signUpAs(test, 'ADMIN'), await signUp(test.actor())]
    const input = { userId: ada.userId, expiresAt: later(-60) }
    test.clock.advance(890)
    const refreshed = await askRefresh(test.actor(), admin.refreshToken)
    test.clock.advance(20)
    const stale = { ...admin, accessToken: refreshed.tokens.accessToken }
    expect(await setExpiry(stale, input)).toMatchObject({
      code: 'REAUTHENTICATION_REQUIRED',
      maxAgeSeconds: 900,
    })
    const fresh = await signIn(test.actor(), admin.email)
    await setRole(test.database, admin.userId, 'USER')
    const answer = await test.actor().ask(document, { input }, Actor.bearer(fresh.accessToken))
    expect(answer.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
    expect(await login(ada.email)).toBe('LoginSuccess')
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { changeGrants, grantRole, insertAccessRole } from '../support/access-roles.ts'
import { resultOf } from '../support/answers.ts'
import { makeKey } from '../support/api-keys.ts'
import { Interruption } from '../support/interruption.ts'
import { tokenFor } from '../support/mails.ts'
import {
  changePasswordDocument,
  createApiKeyDocument,
  deleteAccountDocument,
  lockUserDocument,
  reauthenticateDocument,
  reportUnrecognizedSessionDocument,
  requestEmailChangeDocument,
  requestPasswordResetDocument,
  resetPasswordDocument,
  revokeUserSessionsDocument,
  setUserActiveDocument,
  setUserRoleDocument,
  unlockUserDocument,
  userDocument,
} from '../support/operations.ts'
import { askAs, askLogin, rotate, type SignedIn, signIn, signUp, signUpAs, whoIs } from '../support/people.ts'
import { auditOf, auditTypesOf } from '../support/rows.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

/**
 * Something was checked, then it changed, then it is acted on. The changes are written to the database directly, without a
 * revocation, so the process that answers has not heard of them.
 */
const interruption = new Interruption()
let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ infrastructure: interruption.infrastructure })
})
afterAll(() => test.close())

const newPassword = 'An0ther-horse-battery!'
const revoked = { code: 'UNAUTHENTICATED', reason: 'TOKEN_REVOKED' }

/** As a change of the password, of the role, or an administrator's lock does. */
const raiseVersionOf = ({ userId }: SignedIn, data = {}) =>
  test.database.client.user.update({
    where: { id: userId },
    data: { ...data, tokenVersion: { increment: 1 } },
  })

const endSessionOf = ({ sessionId }: SignedIn) =>
  test.database.client.session.update({
    where: { id: sessionId },
    data: { revokedAt: test.clock.now(), revokedReason: 'REVOKED_BY_USER' },
  })

const deactivate = ({ userId }: SignedIn) =>
  test.database.client.user.update({ where: { id: userId }, data: { active: false } })

const sessionOf = ({ sessionId }: SignedIn) =>
  test.database.client.session.findUniqueOrThrow({ where: { id: sessionId } })

const liveSessionsOf = ({ userId }: SignedIn) =>
  test.database.client.session.count({ where: { userId, revokedAt: null } })

const changes = [
  { what: 'the password changed', change: raiseVersionOf },
  { what: 'the account was deactivated', change: deactivate },
]

const changesAndEnd = [...changes, { what: 'the session ended', change: endSessionOf }]

describe('a correct password that was compared', () => {
  it.each(changes)('before $what opens no session', async ({ change }) => {
    const ada = await signUp(test.actor())
    const answer = await interruption.during(
      () => change(ada),
      () => askLogin(test.actor(), ada.email),
    )
    expect(answer).toMatchObject({ code: 'INVALID_CREDENTIALS' })
    expect(await liveSessionsOf(ada)).toBe(1)
  })

  it.each(changesAndEnd)(
    'before $what gives the session no new refresh family and no new proof',
    async ({ change }) => {
      const ada = await signUp(test.actor())
      const before = await sessionOf(ada)
      // A jump of the wall clock leaves the revocation list as fresh as it is. After `advance` the process asks the database.
      test.clock.jump(10)
      const answer = await interruption.during(
        () => change(ada),
        () => askAs(test, ada, reauthenticateDocument, { input: { password: goodPassword } }),
      )
      expect(answer).toMatchObject(revoked)
      const { familyHash, authTime } = await sessionOf(ada)
      expect({ familyHash, authTime }).toEqual({ familyHash: before.familyHash, authTime: before.authTime })
      const reasons = (await auditOf(test.database, ada.userId)).map(({ reason }) => reason)
      expect(reasons).not.toContain('REAUTHENTICATED')
    },
  )

  it('before the password changed leaves the refresh token of the session valid after reauthenticate', async () => {
    const ada = await signUp(test.actor())
    await interruption.during(
      () => raiseVersionOf(ada),
      () => askAs(test, ada, reauthenticateDocument, { input: { password: goodPassword } }),
    )
    expect(await rotate(test.actor(), ada.refreshToken)).toMatch(/^ghr_/)
  })

  it.each(changesAndEnd)('before $what does not change the password', async ({ change }) => {
    const ada = await signUp(test.actor())
    const laptop = await signIn(test.actor(), ada.email)
    const { client } = test.database
    const before = await client.password.findUniqueOrThrow({ where: { userId: ada.userId } })
    const input = { currentPassword: goodPassword, newPassword }
    const answer = await interruption.during(
      () => change(ada),
      () => askAs(test, ada, changePasswordDocument, { input }),
    )
    expect(answer).toMatchObject(revoked)
    expect(await client.password.findUniqueOrThrow({ where: { userId: ada.userId } })).toEqual(before)
    expect(await auditTypesOf(test.database, ada.userId)).not.toContain('PASSWORD_CHANGED')
    expect(await sessionOf(laptop)).toMatchObject({ revokedAt: null })
  })

  it.each(changes)('before $what requests no change of the address', async ({ change }) => {
    const ada = await signUp(test.actor())
    const input = { currentPassword: goodPassword, newEmail: freshEmail('new') }
    const answer = await interruption.during(
      () => change(ada),
      () => askAs(test, ada, requestEmailChangeDocument, { input }),
    )
    expect(answer).toMatchObject(revoked)
    const where = { userId: ada.userId, purpose: 'CHANGE_EMAIL' } as const
    expect(await test.database.client.oneTimeToken.count({ where })).toBe(0)
  })

  it.each(changesAndEnd)('before $what deletes no account', async ({ change }) => {
    const ada = await signUp(test.actor())
    const answer = await interruption.during(
      () => change(ada),
      () => askAs(test, ada, deleteAccountDocument, { input: { currentPassword: goodPassword } }),
    )
    expect(answer).toMatchObject(revoked)
    expect(await test.database.client.user.count({ where: { id: ada.userId } })).toBe(1)
  })
})

describe('the token of a password reset', () => {
  /** The token, and a reset with it that is interrupted while the new password is checked. */
  async function resetWhile(change: (owner: SignedIn) => Promise<unknown>) {
    const ada = await signUp(test.actor())
    const { email } = ada
    await test.actor().ask(requestPasswordResetDocument, { input: { email } })
    const token = await tokenFor(test, email, 'reset-password')
    const { client } = test.database
    const before = await client.password.findUniqueOrThrow({ where: { userId: ada.userId } })
    const answer = await interruption.during(
      () => change(ada),
      () => test.actor().ask(resetPasswordDocument, { input: { token, newPassword } }),
    )
    const after = await client.password.findUniqueOrThrow({ where: { userId: ada.userId } })
    return { result: resultOf(answer), isUnchanged: after.hash === before.hash }
  }

  it.each([
    { what: 'the account is deactivated', change: deactivate },
    {
      what: 'the token is voided',
      change: ({ userId }: SignedIn) =>
        test.database.client.oneTimeToken.updateMany({
          where: { userId },
          data: { consumedAt: test.clock.now() },
        }),
    },
  ])('sets no password if $what while the password is checked', async ({ change }) => {
    expect(await resetWhile(change)).toMatchObject({
      result: { code: 'INVALID_TOKEN' },
      isUnchanged: true,
    })
  })
})

describe('an access token of an older token version that the process has not heard of', () => {
  it('creates no API key', async () => {
    const ada = await signUpAs(test, 'ADMIN')
    const input = { name: 'a service', permissions: ['users:read'] }
    await raiseVersionOf(ada, { role: 'USER' })
    expect(await whoIs(test.actor(), ada.accessToken)).toBe(ada.userId)
    expect(await askAs(test, ada, createApiKeyDocument, { input })).toMatchObject(revoked)
    expect(await test.database.client.apiKey.count({ where: { userId: ada.userId } })).toBe(0)
    expect(await auditTypesOf(test.database, ada.userId)).not.toContain('API_KEY_CREATED')
  })

  it('creates no API key with a permission that its role has lost, and one with those that it still has', async () => {
    const ada = await signUpAs(test, 'ADMIN')
    const role = await insertAccessRole(test.database, { permissions: ['posts:read', 'posts:write'] })
    await grantRole(test.database, role.id, [ada.userId])
    const { accessToken } = await signIn(test.actor(), ada.email)
    const { expiresAt } = await sessionOf(ada)
    await changeGrants(test.database, role, ['posts:read'], expiresAt)
    const create = (...permissions: string[]) =>
      askAs(test, { ...ada, accessToken }, createApiKeyDocument, {
        input: { name: 'a service', permissions },
      })
    expect(await create('posts:write', 'posts:read')).toMatchObject(revoked)
    expect(await test.database.client.apiKey.count({ where: { userId: ada.userId } })).toBe(0)
    expect(await create('posts:read', 'users:read')).toMatchObject({
      apiKey: { permissions: ['posts:read', 'users:read'] },
    })
  })

  it('reports no session, which would end all of them', async () => {
    const ada = await signUp(test.actor())
    const laptop = await signIn(test.actor(), ada.email)
    await raiseVersionOf(ada)
    const input = { sessionId: laptop.sessionId }
    expect(await askAs(test, ada, reportUnrecognizedSessionDocument, { input })).toMatchObject(revoked)
    expect(await liveSessionsOf(ada)).toBe(2)
    expect(await auditTypesOf(test.database, ada.userId)).not.toContain('SUSPICIOUS_ACTIVITY')
  })
})

/** Mutations on the account of another user. API keys can use all but setUserRole. */
const byKeys = [
  { name: 'lockUser', document: lockUserDocument, input: { reason: 'test' } },
  { name: 'unlockUser', document: unlockUserDocument, input: { reason: 'test' } },
  { name: 'setUserActive', document: setUserActiveDocument, input: { active: false, reason: 'test' } },
  { name: 'revokeUserSessions', document: revokeUserSessionsDocument, input: { reason: 'test' } },
]
const byUsers = [
  { name: 'setUserRole', document: setUserRoleDocument, input: { role: 'MODERATOR', reason: 'test' } },
  ...byKeys,
]
const permissions = ['users:read', 'users:lock', 'users:write', 'sessions:revoke']

/** Everything that an administrator can change about a user. */
async function stateOf(user: SignedIn) {
  const { client } = test.database
  const row = await client.user.findUniqueOrThrow({ where: { id: user.userId } })
  return { row, sessions: await liveSessionsOf(user), events: await auditTypesOf(test.database, user.userId) }
}

describe.each(byKeys)('an API key that asks for $name', ({ document, input }) => {
  it.each([
    {
      what: 'demoted',
      change: (owner: SignedIn) => raiseVersionOf(owner, { role: 'USER' }),
      code: 'FORBIDDEN',
    },
    { what: 'deactivated', change: deactivate, code: 'UNAUTHENTICATED' },
    {
      what: 'locked',
      change: (owner: SignedIn) => raiseVersionOf(owner, { lockedAt: test.clock.now() }),
      code: 'UNAUTHENTICATED',
    },
  ])('is refused if its owner was $what and the process has not heard of it', async ({ change, code }) => {
    const owner = await signUpAs(test, 'ADMIN')
    const { secret } = await makeKey(test, owner.accessToken, { permissions })
    const ada = await signUp(test.actor())
    const ask = (query: string, variables: object) =>
      test.actor().ask(query, { ...variables }, { 'x-api-key': secret })
    expect(resultOf(await ask(userDocument, { id: ada.userId }))).toMatchObject({ id: ada.userId })
    const before = await stateOf(ada)
    await change(owner)
    // The process still knows the owner as an administrator.
    expect(resultOf(await ask(userDocument, { id: ada.userId }))).toMatchObject({ id: ada.userId })
    const answer = await ask(document, { input: { ...input, userId: ada.userId } })
    expect(resultOf(answer)).toMatchObject({ code })
    expect(await stateOf(ada)).toEqual(before)
  })

  it('is refused for the account of its owner', async () => {
    const owner = await signUpAs(test, 'ADMIN')
    const { secret } = await makeKey(test, owner.accessToken, { permissions })
    const before = await stateOf(owner)
    const variables = { input: { ...input, userId: owner.userId } }
    const answer = await test.actor().ask(document, variables, { 'x-api-key': secret })
    expect(resultOf(answer)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await stateOf(owner)).toEqual(before)
  })
})

describe('an API key whose owner became a moderator unheard', () => {
  it('is refused what moderators may not do to users below them', async () => {
    const owner = await signUpAs(test, 'ADMIN')
    const { secret } = await makeKey(test, owner.accessToken, { permissions })
    const ada = await signUp(test.actor())
    const headers = { 'x-api-key': secret }
    expect(resultOf(await test.actor().ask(userDocument, { id: ada.userId }, headers))).toMatchObject({
      id: ada.userId,
    })
    const before = await stateOf(ada)
    await raiseVersionOf(owner, { role: 'MODERATOR' })
    const input = { userId: ada.userId, active: false }
    const answer = await test.actor().ask(setUserActiveDocument, { input }, headers)
    expect(resultOf(answer)).toMatchObject({ code: 'FORBIDDEN' })
    expect(await stateOf(ada)).toEqual(before)
  })
})

describe.each(byUsers)('an administrator who asks for $name', ({ document, input }) => {
  it.each([
    { what: 'demoted', change: (owner: SignedIn) => raiseVersionOf(owner, { role: 'USER' }) },
    { what: 'deactivated', change: deactivate },
    {
      what: 'locked',
      change: (owner: SignedIn) => raiseVersionOf(owner, { lockedAt: test.clock.now() }),
    },
  ])('is refused if they were $what and the process has not heard of it', async ({ change }) => {
    const admin = await signUpAs(test, 'ADMIN')
    const ada = await signUp(test.actor())
    const before = await stateOf(ada)
    await change(admin)
    // The process still knows them as an administrator.
    expect(await askAs(test, admin, userDocument, { id: ada.userId })).toMatchObject({ id: ada.userId })
    const answer = await askAs(test, admin, document, { input: { ...input, userId: ada.userId } })
    expect(answer).toMatchObject(revoked)
    expect(await stateOf(ada)).toEqual(before)
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import {
  lockUserDocument,
  reauthenticateDocument,
  revokeUserSessionsDocument,
  setUserActiveDocument,
  setUserMetadataDocument,
  setUserRoleDocument,
  setUserRolesDocument,
  unlockUserDocument,
  userDocument,
  usersDocument,
} from '../support/operations.ts'
import {
  askAs,
  askLogin,
  askRefresh,
  type SignedIn,
  signIn,
  signUp,
  signUpAs,
  whoIs,
} from '../support/people.ts'
import { untilPolled } from '../support/revocation-polls.ts'
import { auditOf, insertTenant } from '../support/rows.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
let admin: SignedIn
let moderator: SignedIn
beforeAll(async () => {
  test = await createTestApp()
  admin = await signUpAs(test, 'ADMIN')
  moderator = await signUpAs(test, 'MODERATOR')
})
afterAll(() => test.close())

type Input = Readonly<Record<string, unknown>>

/** Every mutation on the account of another user, with an input that is otherwise valid. */
const mutations: readonly { name: string; document: string; input: Input }[] = [
  { name: 'setUserRole', document: setUserRoleDocument, input: { role: 'USER', reason: 'test' } },
  { name: 'lockUser', document: lockUserDocument, input: { reason: 'test' } },
  { name: 'unlockUser', document: unlockUserDocument, input: { reason: 'test' } },
  { name: 'setUserActive', document: setUserActiveDocument, input: { active: false, reason: 'test' } },
  { name: 'setUserRoles', document: setUserRolesDocument, input: { roles: [], reason: 'test' } },
  { name: 'setUserMetadata', document: setUserMetadataDocument, input: { metadata: {} } },
  { name: 'revokeUserSessions', document: revokeUserSessionsDocument, input: { reason: 'test' } },
]
const forModerators = mutations.filter(({ name }) => /^(lock|unlock|revoke)/.test(name))

const setRole = (input: Input, viewer = admin) => askAs(test, viewer, setUserRoleDocument, { input })
const lock = (input: Input, viewer = admin) => askAs(test, viewer, lockUserDocument, { input })
const unlock = (input: Input, viewer = admin) => askAs(test, viewer, unlockUserDocument, { input })
const setActive = (input: Input, viewer = admin) => askAs(test, viewer, setUserActiveDocument, { input })

async function lastAudit(userId: string, type: string) {
  return (await auditOf(test.database, userId)).findLast((event) => event.type === type)
}

describe('setUserRole', () => {
  it('refuses the tokens of before, and the next refresh carries the new role', async () => {
    const { userId, accessToken, refreshToken } = await signUp(test.actor())
    const changed = await setRole({ userId, role: 'MODERATOR', reason: 'helps out' })
    expect(changed.user).toMatchObject({ id: userId, role: 'MODERATOR' })
    expect(changed.user.permissions).toContain('users:lock')
    expect(await whoIs(test.actor(), accessToken)).toBe('TOKEN_REVOKED')
    const { tokens } = await askRefresh(test.actor(), refreshToken)
    expect(await askAs(test, tokens, userDocument, { id: admin.userId })).toMatchObject({ role: 'ADMIN' })
    await setRole({ userId, role: 'USER' })
    expect(await askAs(test, tokens, userDocument, { id: admin.userId })).toMatchObject({
      code: 'UNAUTHENTICATED',
      reason: 'TOKEN_REVOKED',
    })
    const after = await askRefresh(test.actor(), tokens.refreshToken)
    expect(await askAs(test, after.tokens, userDocument, { id: admin.userId })).toMatchObject({
      code: 'FORBIDDEN',
    })
  })

  it('is audited with the actor, the reason and both roles; the role of before changes nothing', async () => {
    const { userId, accessToken } = await signUp(test.actor())
    expect(await setRole({ userId, role: 'USER' })).toMatchObject({ user: { role: 'USER' } })
    expect(await whoIs(test.actor(), accessToken)).toBe(userId)
    expect(await lastAudit(userId, 'ROLE_CHANGED')).toBeUndefined()
    await setRole({ userId, role: 'ADMIN', reason: 'second in command' })
    expect(await lastAudit(userId, 'ROLE_CHANGED')).toMatchObject({
      actorId: admin.userId,
      reason: 'second in command',
      details: { from: 'USER', to: 'ADMIN' },
    })
  })

  it('is nothing for a role that does not exist', async () => {
    const { userId } = await signUp(test.actor())
    expect(await setRole({ userId, role: 'EMPEROR' })).toMatchObject({ code: 'BAD_USER_INPUT' })
  })
})

describe('lockUser and unlockUser', () => {
  it('keep a user out until they are unlocked', async () => {
    const { userId, email, accessToken, refreshToken } = await signUp(test.actor())
    await signIn(test.actor(), email)
    expect(await lock({ userId, reason: 'looks stolen' })).toMatchObject({
      user: { id: userId, locked: true, lockedUntil: null },
    })
    expect(await whoIs(test.actor(), accessToken)).toBe('TOKEN_REVOKED')
    expect(await askRefresh(test.actor(), refreshToken)).toMatchObject({ code: 'INVALID_REFRESH_TOKEN' })
    expect(await askLogin(test.actor(), email)).toMatchObject({ code: 'ACCOUNT_LOCKED' })
    expect(await lastAudit(userId, 'ACCOUNT_LOCKED')).toMatchObject({
      actorId: admin.userId,
      reason: 'looks stolen',
      details: { until: null },
    })
    expect(await lastAudit(userId, 'SESSION_REVOKED')).toMatchObject({
      actorId: admin.userId,
      details: { revokedSessions: 2 },
    })
    expect(await unlock({ userId, reason: 'was not' })).toMatchObject({ user: { locked: false } })
    expect(await lastAudit(userId, 'ACCOUNT_UNLOCKED')).toMatchObject({
      actorId: admin.userId,
      reason: 'was not',
    })
    expect(await askLogin(test.actor(), email)).toMatchObject({ __typename: 'LoginSuccess' })
  })

  it('know no lock that ends in a year that the database would take for another', async () => {
    const { userId, accessToken } = await signUp(test.actor())
    for (const until of ['9999-12-31T23:59:59-14:00', '9999-12-31T23:59:59.999999999-00:01']) {
      expect(await lock({ userId, reason: 'for good', until })).toMatchObject({ code: 'BAD_USER_INPUT' })
    }
    expect(await whoIs(test.actor(), accessToken)).toBe(userId)
    const until = '9999-12-31T23:59:59.999Z'
    expect(await lock({ userId, reason: 'for good', until })).toMatchObject({ user: { lockedUntil: until } })
  })

  it('end by themselves when that was asked for', async () => {
    const { userId, email } = await signUp(test.actor())
    const until = new Date(test.clock.now().getTime() + 60_000).toISOString()
    expect(await lock({ userId, reason: 'cool down', until })).toMatchObject({ user: { lockedUntil: until } })
    expect(await askLogin(test.actor(), email)).toMatchObject({ code: 'ACCOUNT_LOCKED' })
    test.clock.advance(61)
    expect(await askLogin(test.actor(), email)).toMatchObject({ __typename: 'LoginSuccess' })
    const id = userId
    expect(await askAs(test, admin, userDocument, { id })).toMatchObject({ locked: false, lockedUntil: null })
  })

  it('lift what too many wrong passwords have begun', async () => {
    const { userId, email } = await signUp(test.actor())
    let answer = { code: '' }
    for (let n = 0; n < 6 && answer.code !== 'ACCOUNT_LOCKED'; n++) {
      answer = await askLogin(test.actor(), email, { password: 'Wr0ng-horse-battery!' })
      test.clock.advance(31)
    }
    expect(await askLogin(test.actor(), email)).toMatchObject({ code: 'ACCOUNT_LOCKED' })
    await unlock({ userId })
    expect(await askLogin(test.actor(), email)).toMatchObject({ __typename: 'LoginSuccess' })
  })

  it('require a time in the future', async () => {
    const { userId } = await signUp(test.actor())
    const until = test.clock.now().toISOString()
    expect(await lock({ userId, reason: 'late', until })).toMatchObject({
      issues: [{ path: ['until'], code: 'IN_THE_PAST' }],
    })
  })
})

describe('setUserActive', () => {
  it('ends everything, and brings the account back', async () => {
    await untilPolled(test)
    const { userId, email, accessToken, refreshToken } = await signUp(test.actor())
    expect(await setActive({ userId, active: false, reason: 'left' })).toMatchObject({
      user: { active: false },
    })
    expect(await whoIs(test.actor(), accessToken)).toBe('TOKEN_REVOKED')
    expect(await askRefresh(test.actor(), refreshToken)).toMatchObject({ code: 'INVALID_REFRESH_TOKEN' })
    expect(await askLogin(test.actor(), email)).toMatchObject({ code: 'ACCOUNT_DISABLED' })
    expect(await lastAudit(userId, 'USER_DEACTIVATED')).toMatchObject({
      actorId: admin.userId,
      reason: 'left',
    })
    expect(await setActive({ userId, active: true })).toMatchObject({ user: { active: true } })
    expect(await lastAudit(userId, 'USER_REACTIVATED')).toMatchObject({ actorId: admin.userId, reason: null })
    expect(await whoIs(test.actor(), accessToken)).toBe('TOKEN_REVOKED')
    expect(await askLogin(test.actor(), email)).toMatchObject({ __typename: 'LoginSuccess' })
  })
})

describe('revokeUserSessions', () => {
  it('signs a user out everywhere, and is audited even if there was no session to end', async () => {
    await untilPolled(test)
    const { userId, email, accessToken } = await signUp(test.actor())
    await signIn(test.actor(), email)
    const input = { userId, reason: 'lost a phone' }
    const ask = () => askAs(test, moderator, revokeUserSessionsDocument, { input })
    expect(await ask()).toMatchObject({ revokedSessions: 2 })
    expect(await whoIs(test.actor(), accessToken)).toBe('TOKEN_REVOKED')
    expect(await ask()).toMatchObject({ revokedSessions: 0 })
    const events = (await auditOf(test.database, userId)).filter(({ type }) => type === 'SESSION_REVOKED')
    expect(events).toMatchObject(
      [2, 0].map((revokedSessions) => ({
        actorId: moderator.userId,
        reason: 'lost a phone',
        details: { revokedSessions },
      })),
    )
  })
})

describe.each(mutations)('$name', ({ document, input }) => {
  it('finds no user of another tenant, and none by a malformed id', async () => {
    const stranger = await signUp(test.actor(), { tenant: await insertTenant(test.database) })
    for (const userId of [stranger.userId, '00000000-0000-7000-8000-000000000000', 'anonymous', '']) {
      const answer = await askAs(test, admin, document, { input: { ...input, userId } })
      expect(answer).toMatchObject({ __typename: 'AuthNotFoundProblem' })
    }
    expect(await whoIs(test.actor(), stranger.accessToken)).toBe(stranger.userId)
  })
})

describe.each(mutations.filter(({ input }) => 'reason' in input))('$name', ({ document, input }) => {
  it.each([
    ['too long', 'x'.repeat(501), 'TOO_LONG'],
    ['of several lines', 'one\ntwo', 'INVALID_CHARACTERS'],
  ])('names a reason that is %s', async (_what, reason, code) => {
    const { userId, accessToken } = await signUp(test.actor())
    const answer = await askAs(test, admin, document, { input: { ...input, userId, reason } })
    expect(answer.issues).toMatchObject([{ path: ['reason'], code }])
    expect(await whoIs(test.actor(), accessToken)).toBe(userId)
  })

  it('requires the permission', async () => {
    const { userId, accessToken } = await signUp(test.actor())
    const variables = { input: { ...input, userId } }
    expect(await askAs(test, { accessToken }, document, variables)).toMatchObject({ code: 'FORBIDDEN' })
    expect((await test.actor().ask(document, variables)).errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ])
    const cookies = test.actor()
    await signIn(cookies, admin.email, { tokenTransport: 'COOKIE' })
    expect((await cookies.ask(document, variables)).errors).toMatchObject([
      { extensions: { code: 'FORBIDDEN', reason: 'CSRF' } },
    ])
  })
})

describe('administrators and moderators', () => {
  it.each(mutations.slice(0, 6))('do not use $name on themselves', async ({ document, input }) => {
    const own = await askAs(test, admin, document, { input: { ...input, userId: admin.userId } })
    expect(own).toMatchObject({ issues: [{ path: ['userId'], code: 'OWN_ACCOUNT' }] })
    const userId = admin.userId.toUpperCase()
    expect(await askAs(test, admin, document, { input: { ...input, userId } })).toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  it('do not take back the wrong passwords of their own session', async () => {
    const thief = await signUpAs(test, 'MODERATOR')
    const guess = () =>
      askAs(test, thief, reauthenticateDocument, { input: { password: 'Wr0ng-horse-battery!' } })
    for (let failures = 0; failures < 5; failures++) {
      test.clock.advance(31)
      await guess()
    }
    expect(await unlock({ userId: thief.userId }, thief)).toMatchObject({
      code: 'BAD_USER_INPUT',
      issues: [{ path: ['userId'], code: 'OWN_ACCOUNT' }],
    })
    test.clock.advance(31)
    expect(await guess()).toMatchObject({ code: 'ACCOUNT_LOCKED' })
  })

  it.each(forModerators)('moderators use $name below themselves only', async ({ document, input }) => {
    const below = await signUp(test.actor())
    const peer = await signUpAs(test, 'MODERATOR')
    for (const { userId } of [admin, peer]) {
      const answer = await askAs(test, moderator, document, { input: { ...input, userId } })
      expect(answer).toMatchObject({ code: 'FORBIDDEN' })
    }
    const answer = await askAs(test, moderator, document, { input: { ...input, userId: below.userId } })
    expect(answer.__typename).toMatch(/Success$/)
  })

  it('lose their rights at once', async () => {
    const second = await signUpAs(test, 'ADMIN')
    const { userId } = await signUp(test.actor())
    await setRole({ userId: second.userId, role: 'MODERATOR' })
    expect(await setRole({ userId, role: 'ADMIN' }, second)).toMatchObject({ code: 'UNAUTHENTICATED' })
  })

  it('do not act with the rights of before while a change is on its way to their process', async () => {
    const second = await signUpAs(test, 'ADMIN')
    const { userId } = await signUp(test.actor())
    await test.database.client.user.update({
      where: { id: second.userId },
      data: { role: 'USER', tokenVersion: { increment: 1 } },
    })
    expect(await lock({ userId, reason: 'revenge' }, second)).toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(await askLogin(test.actor(), second.email)).toMatchObject({ user: { role: 'USER' } })
  })
})

describe('text that no database takes', () => {
  const texts = ['\u0000', 'a\u0000b', '\ud800', '\u2028']

  it.each(mutations)('is refused by $name', async ({ document, input }) => {
    const { userId } = await signUp(test.actor())
    for (const text of texts) {
      for (const written of [{ userId: text }, { userId, reason: text }, { userId: `${userId}${text}` }]) {
        const answer = await askAs(test, admin, document, { input: { ...input, ...written } })
        expect(answer.code).toMatch(/^(NOT_FOUND|INVALID_INPUT|BAD_USER_INPUT)$/)
      }
    }
  })

  it('is refused by users and finds no user', async () => {
    for (const text of texts) {
      expect(await askAs(test, admin, userDocument, { id: text })).toBeNull()
      // Whitespace around a slug is removed, so the text stands inside of one.
      for (const filter of [{ search: text }, { tenant: `a${text}b` }]) {
        const answer = await askAs(test, admin, usersDocument, { filter })
        expect(answer).toMatchObject({ code: 'BAD_USER_INPUT', issues: [{ code: 'INVALID_CHARACTERS' }] })
      }
      expect(await askAs(test, admin, usersDocument, { after: text })).toMatchObject({
        code: 'BAD_USER_INPUT',
      })
    }
  })
})

describe('user', () => {
  it('shows users of the same tenant, and requires the permission to read users', async () => {
    const { userId: id, email, accessToken } = await signUp(test.actor())
    const shown = await askAs(test, moderator, userDocument, { id })
    expect(shown).toMatchObject({ id, email, role: 'USER', permissions: [], active: true, locked: false })
    const stranger = await signUp(test.actor(), { tenant: await insertTenant(test.database) })
    for (const other of [stranger.userId, 'anonymous'])
      expect(await askAs(test, admin, userDocument, { id: other })).toBeNull()
    expect(await askAs(test, { accessToken }, userDocument, { id })).toMatchObject({ code: 'FORBIDDEN' })
    const anonymous = await test.actor().ask(userDocument, { id }, { authorization: undefined })
    expect(anonymous.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    expect((await test.actor().ask(userDocument, { id }, Actor.bearer(accessToken))).data.user).toBeNull()
  })
})

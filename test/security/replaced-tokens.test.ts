import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Infrastructure } from '../../src/infrastructure/infrastructure.ts'
import type { Actor } from '../support/actor.ts'
import { changePasswordDocument, reauthenticateDocument, refreshDocument } from '../support/operations.ts'
import { askAs, askLogin, askRefresh, signIn, signUp, whoIs } from '../support/people.ts'
import { auditOf } from '../support/rows.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

const COOKIE = { tokenTransport: 'COOKIE' }

function sessionRow(id: string) {
  return test.database.client.session.findUniqueOrThrow({ where: { id } })
}

/** Another client with the same cookies. */
function copyOf(actor: Actor): Actor {
  const copy = test.actor()
  for (const [name, value] of actor.cookies) copy.cookies.set(name, value)
  return copy
}

const me = async (actor: Actor) => {
  const answer = await actor.ask('{ me { id } }')
  return answer.errors[0]?.extensions.reason ?? answer.data.me?.id ?? null
}

describe('reauthenticate', () => {
  it('revokes the access token that the new one replaces, and no other', async () => {
    const mine = await signUp(test.actor())
    const second = (await askRefresh(test.actor(), mine.refreshToken)).tokens
    const other = await signIn(test.actor(), mine.email)
    const input = { password: goodPassword }
    const { tokens } = await askAs(test, second, reauthenticateDocument, { input })
    expect(await whoIs(test.actor(), second.accessToken)).toBe('TOKEN_REVOKED')
    expect(await whoIs(test.actor(), tokens.accessToken)).toBe(mine.userId)
    expect(await whoIs(test.actor(), other.accessToken)).toBe(mine.userId)
    const stored = await test.database.client.revocation.findMany({ where: { kind: 'TOKEN' } })
    expect(stored).toHaveLength(1)
  })

  it('revokes the access token of a cookie', async () => {
    const actor = test.actor()
    const mine = await signUp(actor, COOKIE)
    const stolen = copyOf(actor)
    const csrf = { 'x-csrf-token': mine.csrfToken }
    await actor.ask(reauthenticateDocument, { input: { password: goodPassword } }, csrf)
    expect(await me(stolen)).toBe('TOKEN_REVOKED')
    expect(await me(actor)).toBe(mine.userId)
  })

  it('revokes nothing if the password is wrong', async () => {
    const mine = await signUp(test.actor())
    await askAs(test, mine, reauthenticateDocument, { input: { password: 'Wr0ng-horse-battery!' } })
    expect(await whoIs(test.actor(), mine.accessToken)).toBe(mine.userId)
  })

  it('succeeds once if a thief repeats it with the same access token', async () => {
    const mine = await signUp(test.actor())
    const input = { password: goodPassword }
    await askAs(test, mine, reauthenticateDocument, { input })
    expect(await askAs(test, mine, reauthenticateDocument, { input })).toMatchObject({
      reason: 'TOKEN_REVOKED',
    })
  })
})

describe.each(['COOKIE', 'HYBRID'])('a login with the cookies of a live session (%s)', (tokenTransport) => {
  it('ends that session', async () => {
    const actor = test.actor()
    const first = await signUp(actor, { tokenTransport })
    const stolen = copyOf(actor)
    const second = await signIn(actor, first.email, { tokenTransport })
    expect(await sessionRow(first.sessionId)).toMatchObject({ revokedReason: 'REPLACED_BY_LOGIN' })
    const csrf = { 'x-csrf-token': first.csrfToken }
    expect((await stolen.ask(refreshDocument, {}, csrf)).data.refresh).toMatchObject({
      code: 'INVALID_REFRESH_TOKEN',
    })
    if (tokenTransport === 'COOKIE') expect(await me(stolen)).toBe('TOKEN_REVOKED')
    else expect(await whoIs(test.actor(), first.accessToken)).toBe('TOKEN_REVOKED')
    expect(await sessionRow(second.sessionId)).toMatchObject({ revokedAt: null })
    expect(await auditOf(test.database, first.userId)).toContainEqual(
      expect.objectContaining({
        type: 'SESSION_REVOKED',
        reason: 'REPLACED_BY_LOGIN',
        sessionId: first.sessionId,
      }),
    )
  })

  it('ends the session of another user, as does a registration', async () => {
    const actor = test.actor()
    const [ada, bob] = [await signUp(actor, { tokenTransport }), await signUp(test.actor())]
    await signIn(actor, bob.email, { tokenTransport })
    expect(await sessionRow(ada.sessionId)).toMatchObject({ revokedReason: 'REPLACED_BY_LOGIN' })
    expect(await sessionRow(bob.sessionId)).toMatchObject({ revokedAt: null })
    const bobs = await test.database.client.session.findFirstOrThrow({
      where: { userId: bob.userId },
      orderBy: { id: 'desc' },
    })
    await signUp(actor, { tokenTransport })
    expect(await sessionRow(bobs.id)).toMatchObject({ revokedReason: 'REPLACED_BY_LOGIN' })
  })

  it('ends it with BODY too, and deletes its cookies', async () => {
    const actor = test.actor()
    const first = await signUp(actor, { tokenTransport })
    await signIn(actor, first.email)
    expect(await sessionRow(first.sessionId)).toMatchObject({ revokedReason: 'REPLACED_BY_LOGIN' })
    expect(actor.sessionCookies).toEqual([])
  })
})

describe('a login', () => {
  it('with a wrong password ends no session', async () => {
    const actor = test.actor()
    const first = await signUp(actor, COOKIE)
    await askLogin(actor, first.email, { password: 'Wr0ng-horse-battery!' })
    expect(await me(actor)).toBe(first.userId)
  })

  it('without cookies ends no session', async () => {
    const actor = test.actor()
    const first = await signUp(actor, COOKIE)
    await signIn(test.actor(), first.email, COOKIE)
    expect(await me(actor)).toBe(first.userId)
  })

  it('ends the session by the access cookie alone, unless its token was revoked', async () => {
    const actor = test.actor()
    const first = await signUp(actor, COOKIE)
    const onlyAccess = copyOf(actor)
    onlyAccess.cookies.delete('__Host-gatehouse-refresh')
    const outdated = copyOf(onlyAccess)
    const csrf = { 'x-csrf-token': first.csrfToken }
    await actor.ask(reauthenticateDocument, { input: { password: goodPassword } }, csrf)
    const thief = await signUp(test.actor())
    await signIn(outdated, thief.email, COOKIE)
    expect(await me(actor)).toBe(first.userId)
    const current = copyOf(actor)
    current.cookies.delete('__Host-gatehouse-refresh')
    await signIn(current, first.email, COOKIE)
    expect(await me(actor)).toBe('TOKEN_REVOKED')
  })

  it('frees the place of the session that it replaces', async () => {
    const strict = await createTestApp({
      database: test.database,
      clock: test.clock,
      env: { SESSION_LIMIT: '1', SESSION_LIMIT_POLICY: 'reject' },
    })
    const actor = strict.actor()
    const first = await signUp(actor, COOKIE)
    expect(await askLogin(strict.actor(), first.email)).toMatchObject({ code: 'SESSION_LIMIT_REACHED' })
    expect(await askLogin(actor, first.email, COOKIE)).toMatchObject({ __typename: 'LoginSuccess' })
    await strict.close()
  })
})

describe('a sign-in that the database confirmed, after which the database fails', () => {
  /** Fails the statements that follow a commit, while it is on. */
  const failing = { on: false }
  let late: TestApp
  beforeAll(async () => {
    const infrastructure = (opened: Infrastructure): Infrastructure => {
      const { sessions } = opened.stores
      const [revokeOne, findLive] = [sessions.revokeOne.bind(sessions), sessions.findLive.bind(sessions)]
      const away = () => Promise.reject(new Error('The database is away.'))
      sessions.revokeOne = (...given) => (failing.on ? away() : revokeOne(...given))
      sessions.findLive = (...given) => (failing.on ? away() : findLive(...given))
      return opened
    }
    late = await createTestApp({ database: test.database, clock: test.clock, infrastructure })
  })
  afterAll(() => late.close())

  const whileFailing = async <T>(work: () => Promise<T>): Promise<T> => {
    failing.on = true
    try {
      return await work()
    } finally {
      failing.on = false
    }
  }

  it('succeeds, and logs that the session of the other user has not ended', async () => {
    const actor = late.actor()
    const [ada, bob] = [await signUp(actor, COOKIE), await signUp(late.actor())]
    await whileFailing(() => signIn(actor, bob.email, COOKIE))
    expect(await me(actor)).toBe(bob.userId)
    const newcomer = await whileFailing(() => signUp(actor, COOKIE))
    expect(await me(actor)).toBe(newcomer.userId)
    const lines = late.log.filter((line) =>
      line.includes('the session that a sign-in replaced has not ended'),
    )
    expect(lines).toHaveLength(2)
    expect(lines[0]).toContain(ada.sessionId)
  })

  it('by a new proof or a new password returns the new tokens', async () => {
    const mine = await signUp(late.actor())
    const input = { password: goodPassword }
    const proven = await whileFailing(() => askAs(late, mine, reauthenticateDocument, { input }))
    expect(await whoIs(late.actor(), proven.tokens.accessToken)).toBe(mine.userId)
    const change = { currentPassword: goodPassword, newPassword: 'An0ther-horse-battery!' }
    const changed = await whileFailing(() =>
      askAs(late, proven.tokens, changePasswordDocument, { input: change }),
    )
    expect(await whoIs(late.actor(), changed.tokens.accessToken)).toBe(mine.userId)
  })
})

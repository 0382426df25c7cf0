import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { logoutDocument, revokeTokenDocument } from '../support/operations.ts'
import { askAs, askRefresh, rotate, signIn, signUp, signUpAs, whoIs } from '../support/people.ts'
import { untilPolled } from '../support/revocation-polls.ts'
import { auditOf, auditTypesOf, countRows } from '../support/rows.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

type Headers = Readonly<Record<string, string | undefined>>

/** How many sessions a logout ended. */
async function logout(actor: Actor, headers: Headers = {}, input: Readonly<Record<string, unknown>> = {}) {
  const answer = await actor.ask(logoutDocument, { input }, headers)
  expect(answer.errors).toEqual([])
  expect(answer.data.logout.__typename).toBe('LogoutSuccess')
  return answer.data.logout.revokedSessions
}

const csrfRefusal = [{ extensions: { code: 'FORBIDDEN', reason: 'CSRF' } }]

describe('logout', () => {
  it('ends the session of the access token: both kinds of tokens, at once', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    const { tokens } = await askRefresh(actor, ada.refreshToken)
    expect(await logout(actor, Actor.bearer(ada.accessToken))).toBe(1)
    expect(await whoIs(actor, ada.accessToken)).toBe('TOKEN_REVOKED')
    expect(await whoIs(actor, tokens.accessToken)).toBe('TOKEN_REVOKED')
    expect((await askRefresh(actor, tokens.refreshToken)).code).toBe('INVALID_REFRESH_TOKEN')
  })

  it('records who ended it and why, and audits it', async () => {
    const actor = test.actor()
    const ada = await signUp(actor)
    await logout(actor, Actor.bearer(ada.accessToken))
    const row = await test.database.client.session.findUniqueOrThrow({ where: { id: ada.sessionId } })
    expect(row).toMatchObject({ revokedBy: ada.userId, revokedReason: 'LOGOUT', revokedAt: test.clock.now() })
    expect((await auditOf(test.database, ada.userId)).at(-1)).toMatchObject({
      type: 'LOGOUT',
      sessionId: ada.sessionId,
      details: { allDevices: false, revokedSessions: 1 },
    })
  })

  it('ends no other session of the account', async () => {
    const ada = await signUp(test.actor())
    const laptop = await signIn(test.actor(), ada.email)
    await logout(test.actor(), Actor.bearer(ada.accessToken))
    expect(await whoIs(test.actor(), laptop.accessToken)).toBe(ada.userId)
    expect((await askRefresh(test.actor(), laptop.refreshToken)).__typename).toBe('RefreshSuccess')
  })

  it('accepts an access token that has expired', async () => {
    const ada = await signUp(test.actor())
    test.clock.advance(4000)
    expect(await whoIs(test.actor(), ada.accessToken)).toBe('TOKEN_EXPIRED')
    expect(await logout(test.actor(), Actor.bearer(ada.accessToken))).toBe(1)
    expect((await askRefresh(test.actor(), ada.refreshToken)).code).toBe('INVALID_REFRESH_TOKEN')
  })

  it('accepts a refresh token of any generation, with any Authorization header', async () => {
    await untilPolled(test)
    const actor = test.actor()
    for (const authorization of [undefined, 'Bearer rubbish', 'Basic x']) {
      const ada = await signUp(actor)
      await rotate(actor, await rotate(actor, ada.refreshToken))
      expect(await logout(actor, { authorization }, { refreshToken: ada.refreshToken })).toBe(1)
      expect(await whoIs(actor, ada.accessToken)).toBe('TOKEN_REVOKED')
      expect(await auditTypesOf(test.database, ada.userId)).not.toContain('REFRESH_TOKEN_REUSED')
    }
  })

  it('ends every session of the account with allDevices', async () => {
    await untilPolled(test)
    const ada = await signUp(test.actor())
    const bob = await signUp(test.actor())
    const others = [await signIn(test.actor(), ada.email), await signIn(test.actor(), ada.email)]
    expect(await logout(test.actor(), Actor.bearer(ada.accessToken), { allDevices: true })).toBe(3)
    for (const { accessToken, refreshToken } of [ada, ...others]) {
      expect(await whoIs(test.actor(), accessToken)).toBe('TOKEN_REVOKED')
      expect((await askRefresh(test.actor(), refreshToken)).code).toBe('INVALID_REFRESH_TOKEN')
    }
    expect(await whoIs(test.actor(), bob.accessToken)).toBe(bob.userId)
    const events = (await auditOf(test.database, ada.userId)).filter(({ type }) => type === 'LOGOUT')
    expect(events).toMatchObject([{ details: { allDevices: true, revokedSessions: 3 } }])
  })

  it('ends nothing the second time, and nothing everywhere with the token of an ended session', async () => {
    const ada = await signUp(test.actor())
    const laptop = await signIn(test.actor(), ada.email)
    expect(await logout(test.actor(), Actor.bearer(ada.accessToken))).toBe(1)
    const before = await countRows(test.database)
    expect(await logout(test.actor(), Actor.bearer(ada.accessToken))).toBe(0)
    expect(await logout(test.actor(), Actor.bearer(ada.accessToken), { allDevices: true })).toBe(0)
    expect(await logout(test.actor(), {}, { refreshToken: ada.refreshToken, allDevices: true })).toBe(0)
    expect(await countRows(test.database)).toEqual(before)
    expect(await whoIs(test.actor(), laptop.accessToken)).toBe(ada.userId)
  })

  it.each([{ allDevices: false }, { allDevices: true }])(
    'ends nothing with a revoked access token of a live session: %j',
    async (input) => {
      const admin = await signUpAs(test, 'ADMIN')
      const ada = await signUp(test.actor())
      const laptop = await signIn(test.actor(), ada.email)
      const revocation = { input: { token: ada.accessToken, reason: 'found in a log' } }
      expect(await askAs(test, admin, revokeTokenDocument, revocation)).toMatchObject({
        __typename: 'RevokeTokenSuccess',
      })
      const before = await countRows(test.database)
      expect(await logout(test.actor(), Actor.bearer(ada.accessToken), input)).toBe(0)
      expect(await countRows(test.database)).toEqual(before)
      expect(await whoIs(test.actor(), laptop.accessToken)).toBe(ada.userId)
      expect(await rotate(test.actor(), ada.refreshToken)).toMatch(/^ghr_/)
    },
  )

  it('ends nothing with an access token from before a change of role', async () => {
    const ada = await signUp(test.actor())
    // The process has not heard of it: the database is asked.
    await test.database.client.user.update({
      where: { id: ada.userId },
      data: { role: 'MODERATOR', tokenVersion: { increment: 1 } },
    })
    expect(await logout(test.actor(), Actor.bearer(ada.accessToken), { allDevices: true })).toBe(0)
    expect(await rotate(test.actor(), ada.refreshToken)).toMatch(/^ghr_/)
  })

  it('ends nothing without a token, and with a malformed one', async () => {
    const before = await countRows(test.database)
    expect(await logout(test.actor())).toBe(0)
    expect(await logout(test.actor(), { authorization: 'Bearer rubbish' })).toBe(0)
    expect(await logout(test.actor(), {}, { refreshToken: 'ghr_rubbish' })).toBe(0)
    expect(await logout(test.actor(), {}, { refreshToken: '\u0000', allDevices: true })).toBe(0)
    expect((await test.actor().ask('mutation { logout { __typename } }')).data.logout).toEqual({
      __typename: 'LogoutSuccess',
    })
    expect(await countRows(test.database)).toEqual(before)
  })

  it('audits one logout when it comes ten times at once', async () => {
    const ada = await signUp(test.actor())
    const ended = await Promise.all(
      Array.from({ length: 10 }, () => logout(test.actor(), Actor.bearer(ada.accessToken))),
    )
    expect(ended.sort()).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1])
    const types = await auditTypesOf(test.database, ada.userId)
    expect(types.filter((type) => type === 'LOGOUT')).toHaveLength(1)
  })
})

describe('logout with cookies', () => {
  it('requires x-csrf-token and expires the cookies by name', async () => {
    const actor = test.actor()
    const ada = await signUp(actor, { tokenTransport: 'COOKIE' })
    const bare = await actor.ask(logoutDocument)
    expect(bare.errors).toMatchObject(csrfRefusal)
    expect(bare.headers.getSetCookie()).toEqual([])
    const access = actor.cookies.get('__Host-gatehouse-access') ?? ''
    expect(await whoIs(test.actor(), access)).toBe(ada.userId)
    const answer = await actor.ask(logoutDocument, {}, { 'x-csrf-token': ada.csrfToken })
    expect(answer.data.logout.revokedSessions).toBe(1)
    expect(answer.headers.getSetCookie().sort()).toEqual([
      '__Host-gatehouse-access=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Strict',
      '__Host-gatehouse-refresh=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Strict',
    ])
    expect(actor.sessionCookies).toHaveLength(0)
    expect(await whoIs(test.actor(), access)).toBe('TOKEN_REVOKED')
  })

  it('accepts an access cookie whose token has expired, and a refresh cookie alone', async () => {
    const cookie = test.actor()
    const ada = await signUp(cookie, { tokenTransport: 'COOKIE' })
    test.clock.advance(4000)
    expect(await logout(cookie, { 'x-csrf-token': ada.csrfToken })).toBe(1)
    await untilPolled(test)
    const hybrid = test.actor()
    const bob = await signUp(hybrid, { tokenTransport: 'HYBRID' })
    expect((await hybrid.ask(logoutDocument)).errors).toMatchObject(csrfRefusal)
    expect(await logout(hybrid, { 'x-csrf-token': bob.csrfToken })).toBe(1)
    expect(await whoIs(hybrid, bob.accessToken)).toBe('TOKEN_REVOKED')
  })

  it('refuses the x-csrf-token of another session', async () => {
    const actor = test.actor()
    await signUp(actor, { tokenTransport: 'COOKIE' })
    const bob = await signUp(test.actor(), { tokenTransport: 'COOKIE' })
    const before = await countRows(test.database)
    const answer = await actor.ask(logoutDocument, {}, { 'x-csrf-token': bob.csrfToken })
    expect(answer.errors).toMatchObject(csrfRefusal)
    expect(await countRows(test.database)).toEqual(before)
    expect(actor.sessionCookies).toHaveLength(2)
  })
})

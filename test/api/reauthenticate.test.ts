import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { resultOf } from '../support/answers.ts'
import { reauthenticateDocument, setUserRoleDocument } from '../support/operations.ts'
import { askAs, askRefresh, rotate, signUp, signUpAs, whoIs } from '../support/people.ts'
import { auditOf } from '../support/rows.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ env: { ACCESS_TOKEN_SECONDS: '3600' } })
})
afterAll(() => test.close())

const password = goodPassword

describe('reauthenticate', () => {
  it('gives the session a fresh proof and new tokens', async () => {
    const actor = test.actor()
    const mine = await signUp(actor)
    test.clock.advance(1000)
    const { tokens } = await askAs(test, mine, reauthenticateDocument, { input: { password } })
    expect(await whoIs(actor, tokens.accessToken)).toBe(mine.userId)
    const stored = await test.database.client.session.findUniqueOrThrow({ where: { id: mine.sessionId } })
    expect(stored.authTime).toEqual(test.clock.now())
    expect(await askRefresh(actor, tokens.refreshToken)).toMatchObject({ __typename: 'RefreshSuccess' })
    expect(await auditOf(test.database, mine.userId)).toContainEqual(
      expect.objectContaining({
        type: 'LOGIN_SUCCEEDED',
        reason: 'REAUTHENTICATED',
        sessionId: mine.sessionId,
      }),
    )
  })

  it('leaves a thief of the old refresh tokens without the fresh proof, in the grace window too', async () => {
    const actor = test.actor()
    const mine = await signUp(actor)
    const successor = await rotate(actor, mine.refreshToken)
    await askAs(test, mine, reauthenticateDocument, { input: { password } })
    for (const stolen of [mine.refreshToken, successor]) {
      expect(await askRefresh(actor, stolen)).toMatchObject({ code: 'INVALID_REFRESH_TOKEN' })
    }
  })

  it('requires the correct password, and changes nothing without it', async () => {
    const mine = await signUp(test.actor())
    test.clock.advance(10)
    for (const wrong of ['Wr0ng-horse-battery!', '', 'x'.repeat(5000)]) {
      expect(await askAs(test, mine, reauthenticateDocument, { input: { password: wrong } })).toMatchObject({
        code: 'INVALID_CREDENTIALS',
      })
    }
    expect(await rotate(test.actor(), mine.refreshToken)).toBeTruthy()
  })

  it('renews the cookies of a cookie session, and requires its x-csrf-token', async () => {
    const actor = test.actor()
    const { csrfToken, userId } = await signUp(actor, { tokenTransport: 'COOKIE' })
    const before = new Map(actor.cookies)
    expect(resultOf(await actor.ask(reauthenticateDocument, { input: { password } }))).toMatchObject({
      code: 'FORBIDDEN',
      reason: 'CSRF',
    })
    const answer = await actor.ask(
      reauthenticateDocument,
      { input: { password } },
      { 'x-csrf-token': csrfToken },
    )
    expect(resultOf(answer)).toMatchObject({ tokens: { accessToken: null, refreshToken: null } })
    expect(actor.sessionCookies).toHaveLength(2)
    for (const name of actor.sessionCookies) expect(actor.cookies.get(name)).not.toBe(before.get(name))
    expect(await actor.ask('{ me { id } }')).toMatchObject({ data: { me: { id: userId } }, errors: [] })
  })

  it('requires a session', async () => {
    expect(resultOf(await test.actor().ask(reauthenticateDocument, { input: { password } }))).toMatchObject({
      code: 'UNAUTHENTICATED',
    })
  })
})

describe('an operation that requires recent reauthentication', () => {
  it('is refused after REAUTHENTICATION_SECONDS, and allowed after reauthenticate', async () => {
    const admin = await signUpAs(test, 'ADMIN')
    const { userId } = await signUp(test.actor())
    const input = { userId, role: 'MODERATOR' }
    test.clock.advance(899)
    expect(await askAs(test, admin, setUserRoleDocument, { input })).toMatchObject({
      user: { role: 'MODERATOR' },
    })
    test.clock.advance(2)
    const back = { input: { userId, role: 'USER' } }
    expect(await askAs(test, admin, setUserRoleDocument, back)).toMatchObject({
      code: 'REAUTHENTICATION_REQUIRED',
      maxAgeSeconds: 900,
    })
    const { tokens } = await askAs(test, admin, reauthenticateDocument, { input: { password } })
    expect(await askAs(test, tokens, setUserRoleDocument, back)).toMatchObject({ user: { role: 'USER' } })
  })

  it('is still refused after a refresh', async () => {
    const admin = await signUpAs(test, 'ADMIN')
    test.clock.advance(901)
    const refreshed = await askRefresh(test.actor(), admin.refreshToken)
    const answer = await test
      .actor()
      .ask(
        setUserRoleDocument,
        { input: { userId: admin.userId, role: 'USER' } },
        Actor.bearer(refreshed.tokens.accessToken),
      )
    expect(resultOf(answer)).toMatchObject({ code: 'REAUTHENTICATION_REQUIRED' })
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import {
  currentSessionDocument,
  meDocument,
  sessionsDocument,
  setUserActiveDocument,
} from '../support/operations.ts'
import { askAs, signIn, signUp, signUpAs, whoIs } from '../support/people.ts'
import { untilPolled } from '../support/revocation-polls.ts'
import { setRole } from '../support/rows.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

const refused = (reason: string) => [{ extensions: { code: 'UNAUTHENTICATED', reason } }]

/** An actor with a cookie session and no other credential. */
const withCookies = (tokenTransport = 'COOKIE') => signUp(test.actor(), { tokenTransport })

describe('me', () => {
  it('is null when the request carries no credential at all', async () => {
    const answer = await test.actor().ask(meDocument)
    expect(answer).toMatchObject({ status: 200, data: { me: null }, errors: [] })
  })

  it('is null with cookies of other services', async () => {
    const cookie = 'theme=dark; gatehouse-access=x; other__Host-gatehouse-access=y'
    expect(await test.actor().ask(meDocument, {}, { cookie })).toMatchObject({
      data: { me: null },
      errors: [],
    })
  })

  it('is the viewer, with their permissions', async () => {
    const ada = await signUp(test.actor())
    const answer = await test.actor().ask(meDocument, {}, Actor.bearer(ada.accessToken))
    expect(answer.data.me).toMatchObject({
      id: ada.userId,
      email: ada.email,
      role: 'USER',
      permissions: [],
      active: true,
      loginCount: 1,
    })
    await setRole(test.database, ada.userId, 'MODERATOR')
    const moderator = await signIn(test.actor(), ada.email)
    const after = await test.actor().ask(meDocument, {}, Actor.bearer(moderator.accessToken))
    expect(after.data.me.permissions).toContain('users:read')
  })

  it.each([
    ['another scheme', 'Basic YWRhOmFkYQ=='],
    ['no scheme', 'rubbish'],
    ['nothing after the scheme', 'Bearer '],
    ['no text at all', ''],
    ['no token', 'Bearer rubbish'],
    ['two tokens', 'Bearer a.b.c d.e.f'],
  ])('refuses an Authorization header with %s as TOKEN_INVALID', async (_what, authorization) => {
    const answer = await test.actor().ask(meDocument, {}, { authorization })
    expect(answer.errors).toMatchObject(refused('TOKEN_INVALID'))
    expect(answer).toMatchObject({ status: 200, data: { me: null } })
  })

  it('refuses a refresh token in the place of an access token', async () => {
    const ada = await signUp(test.actor())
    expect(await whoIs(test.actor(), ada.refreshToken)).toBe('TOKEN_INVALID')
  })

  it('accepts the scheme in any case', async () => {
    const ada = await signUp(test.actor())
    const answer = await test.actor().ask(meDocument, {}, { authorization: `bEaReR ${ada.accessToken}` })
    expect(answer.data.me.id).toBe(ada.userId)
  })

  it('refuses an expired token as TOKEN_EXPIRED, five seconds of leeway later', async () => {
    const ada = await signUp(test.actor())
    test.clock.advance(899)
    expect(await whoIs(test.actor(), ada.accessToken)).toBe(ada.userId)
    test.clock.advance(8)
    expect(await whoIs(test.actor(), ada.accessToken)).toBe('TOKEN_EXPIRED')
  })

  it('refuses the token of an ended session as TOKEN_REVOKED', async () => {
    await untilPolled(test)
    const ada = await signUp(test.actor())
    await test.actor().ask('mutation { logout { __typename } }', {}, Actor.bearer(ada.accessToken))
    expect(await whoIs(test.actor(), ada.accessToken)).toBe('TOKEN_REVOKED')
  })

  it('refuses the token of a deactivated account', async () => {
    const ada = await signUp(test.actor())
    const admin = await signUpAs(test, 'ADMIN')
    await untilPolled(test)
    const input = { userId: ada.userId, active: false }
    await askAs(test, admin, setUserActiveDocument, { input })
    // `sessions` reads no account: the process must have learned of the revocation itself.
    for (const document of [meDocument, sessionsDocument]) {
      const answer = await test.actor().ask(document, {}, Actor.bearer(ada.accessToken))
      expect(answer.errors).toMatchObject(refused('TOKEN_REVOKED'))
    }
  })

  it('refuses the token of an account that was deactivated unheard, by the row of the account', async () => {
    const ada = await signUp(test.actor())
    await untilPolled(test)
    await test.database.client.user.update({ where: { id: ada.userId }, data: { active: false } })
    expect(await whoIs(test.actor(), ada.accessToken)).toBe('TOKEN_REVOKED')
  })
})

describe('me with cookies', () => {
  it('is the viewer of the access cookie', async () => {
    const { actor, email } = await withCookies()
    expect((await actor.ask(meDocument)).data.me.email).toBe(email)
  })

  it('reports TOKEN_EXPIRED for a refresh cookie alone, so that the client refreshes', async () => {
    const { actor } = await withCookies('HYBRID')
    expect(actor.sessionCookies).toEqual(['__Host-gatehouse-refresh'])
    expect((await actor.ask(meDocument)).errors).toMatchObject(refused('TOKEN_EXPIRED'))
  })

  it('reports TOKEN_EXPIRED when the token in the access cookie has expired', async () => {
    const { actor } = await withCookies()
    test.clock.advance(1000)
    expect((await actor.ask(meDocument)).errors).toMatchObject(refused('TOKEN_EXPIRED'))
  })

  it('ignores them with an Authorization header', async () => {
    const { actor } = await withCookies()
    const bob = await signUp(test.actor())
    const asBob = await actor.ask(meDocument, {}, Actor.bearer(bob.accessToken))
    expect(asBob.data.me.id).toBe(bob.userId)
    const asNobody = await actor.ask(meDocument, {}, { authorization: 'Bearer rubbish' })
    expect(asNobody.errors).toMatchObject(refused('TOKEN_INVALID'))
  })

  it('accepts neither of two cookies of one name', async () => {
    const { actor } = await withCookies()
    const bob = await withCookies()
    const own = `__Host-gatehouse-access=${actor.cookies.get('__Host-gatehouse-access')}`
    const planted = `__Host-gatehouse-access=${bob.actor.cookies.get('__Host-gatehouse-access')}`
    for (const cookie of [`${own}; ${planted}`, `${own}; ${own}`]) {
      const answer = await test.actor().ask(meDocument, {}, { cookie })
      expect(answer.errors, cookie).toMatchObject(refused('TOKEN_INVALID'))
    }
  })

  it('refuses an access cookie that cannot be a token', async () => {
    for (const value of ['rubbish', '"quoted"', 'a,b', 'x'.repeat(5000)]) {
      const cookie = `__Host-gatehouse-access=${value}`
      const answer = await test.actor().ask(meDocument, {}, { cookie })
      expect(answer.errors, value.slice(0, 20)).toMatchObject(refused('TOKEN_INVALID'))
    }
  })
})

describe('a field that requires a viewer', () => {
  it('reports TOKEN_MISSING without a credential, and returns the other fields', async () => {
    for (const document of [sessionsDocument, currentSessionDocument]) {
      expect((await test.actor().ask(document)).errors).toMatchObject(refused('TOKEN_MISSING'))
    }
    const both = await test.actor().ask('{ me { id } currentSession { id } }')
    expect(both).toMatchObject({ status: 200, data: { me: null, currentSession: null } })
    expect(both.errors).toHaveLength(1)
  })

  it('reports the same reason as me for a bad token', async () => {
    const bad = { authorization: 'Bearer rubbish' }
    const answer = await test.actor().ask(sessionsDocument, {}, bad)
    expect(answer.errors).toMatchObject(refused('TOKEN_INVALID'))
    const mutation = await test.actor().ask('mutation { revokeOtherSessions { __typename } }', {}, bad)
    expect(mutation.errors).toMatchObject(refused('TOKEN_INVALID'))
  })
})

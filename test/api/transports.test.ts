import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import { logoutDocument, meDocument, refreshDocument, registerDocument } from '../support/operations.ts'
import { askLogin, signUp, whoIs } from '../support/people.ts'
import { createTestApp, freshEmail, goodPassword, type TestApp } from '../support/test-app.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

const access = '__Host-gatehouse-access'
const refresh = '__Host-gatehouse-refresh'
const day = 86_400

/** The Set-Cookie lines of an answer by name: value and attributes. */
function setCookies(headers: Headers) {
  return new Map(
    headers.getSetCookie().map((line) => {
      const [pair = '', ...attributes] = line.split('; ')
      const at = pair.indexOf('=')
      return [pair.slice(0, at), { value: pair.slice(at + 1), attributes: attributes.sort() }]
    }),
  )
}

function attributesFor(seconds: number): readonly string[] {
  return ['HttpOnly', `Max-Age=${seconds}`, 'Path=/', 'SameSite=Strict', 'Secure']
}

async function register(actor: Actor, tokenTransport: string) {
  const input = { email: freshEmail(), password: goodPassword, tokenTransport }
  const { data, headers } = await actor.ask(registerDocument, { input })
  return { ...data.register, cookies: setCookies(headers) }
}

describe('BODY transport', () => {
  it('sets no cookie at any time', async () => {
    const actor = test.actor()
    const { cookies, tokens } = await register(actor, 'BODY')
    expect(cookies.size).toBe(0)
    const answer = await actor.ask(refreshDocument, { input: { refreshToken: tokens.refreshToken } })
    expect(answer.data.refresh.__typename).toBe('RefreshSuccess')
    expect(answer.headers.getSetCookie()).toEqual([])
  })
})

describe('COOKIE transport', () => {
  it('puts both tokens into host-only cookies out of reach of scripts, for as long as the session', async () => {
    const { cookies } = await register(test.actor(), 'COOKIE')
    expect([...cookies.keys()].sort()).toEqual([access, '__Host-gatehouse-device', refresh])
    expect(cookies.get(access)).toEqual({
      value: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      attributes: attributesFor(7 * day),
    })
    expect(cookies.get(refresh)).toEqual({
      value: expect.stringMatching(/^ghr_/),
      attributes: attributesFor(7 * day),
    })
  })

  it('follows rememberMe', async () => {
    const { email } = await signUp(test.actor())
    const actor = test.actor()
    const input = { tokenTransport: 'COOKIE', rememberMe: true }
    const login = await askLogin(actor, email, input)
    expect(login.tokens.accessToken).toBeNull()
    const answer = await actor.ask(refreshDocument, {}, { 'x-csrf-token': login.tokens.csrfToken })
    expect(setCookies(answer.headers).get(refresh)?.attributes).toEqual(attributesFor(30 * day))
  })

  it('renews both cookies with every refresh, and shows no token', async () => {
    const actor = test.actor()
    const ada = await signUp(actor, { tokenTransport: 'COOKIE' })
    const first = new Map(actor.cookies)
    test.clock.advance(1000)
    const answer = await actor.ask(refreshDocument, {}, { 'x-csrf-token': ada.csrfToken })
    expect(answer.data.refresh.tokens).toMatchObject({
      accessToken: null,
      refreshToken: null,
      csrfToken: ada.csrfToken,
    })
    for (const name of [access, refresh]) expect(actor.cookies.get(name)).not.toBe(first.get(name))
    expect((await actor.ask(meDocument)).data.me.id).toBe(ada.userId)
  })

  it('shortens the cookies as the absolute end comes near', async () => {
    const actor = test.actor()
    const ada = await signUp(actor, { tokenTransport: 'COOKIE' })
    for (let i = 0; i < 4; i += 1) {
      test.clock.advance(6.5 * day)
      await actor.ask(refreshDocument, {}, { 'x-csrf-token': ada.csrfToken })
    }
    test.clock.advance(60)
    const answer = await actor.ask(refreshDocument, {}, { 'x-csrf-token': ada.csrfToken })
    expect(setCookies(answer.headers).get(refresh)?.attributes).toEqual(attributesFor(4 * day - 60))
  })

  it('sets SameSite as configured', async () => {
    const env = { COOKIE_SAME_SITE: 'lax' }
    const lax = await createTestApp({ database: test.database, clock: test.clock, env })
    const { cookies } = await register(lax.actor(), 'COOKIE')
    await lax.close()
    expect(cookies.get(access)?.attributes).toContain('SameSite=Lax')
    expect(cookies.get(refresh)?.attributes).toContain('SameSite=Lax')
  })
})

describe('HYBRID transport', () => {
  it('puts the refresh token into a cookie and the access token into the body', async () => {
    const actor = test.actor()
    const { cookies, tokens } = await register(actor, 'HYBRID')
    expect(cookies.get(refresh)?.attributes).toEqual(attributesFor(7 * day))
    expect(cookies.get(access)?.value ?? '').toBe('')
    expect(tokens.refreshToken).toBeNull()
    const answer = await actor.ask(meDocument, {}, Actor.bearer(tokens.accessToken))
    expect(answer.data.me.id).toEqual(expect.any(String))
    const refreshed = await actor.ask(refreshDocument, {}, { 'x-csrf-token': tokens.csrfToken })
    expect(refreshed.data.refresh.tokens).toMatchObject({
      refreshToken: null,
      accessToken: expect.any(String),
    })
    expect(actor.cookies.get(refresh)).toMatch(/^ghr_/)
    expect(actor.cookies.get(access)).toBeUndefined()
  })

  it('takes away the access cookie of a COOKIE session before it', async () => {
    const actor = test.actor()
    const { email } = await signUp(actor, { tokenTransport: 'COOKIE' })
    expect(actor.sessionCookies).toHaveLength(2)
    await askLogin(actor, email, { tokenTransport: 'HYBRID' })
    expect(actor.sessionCookies).toEqual([refresh])
  })
})

describe('an Authorization header beside the refresh cookie', () => {
  it('says who asks, and hides the cookie neither from refresh nor from logout', async () => {
    const actor = test.actor()
    const { accessToken, csrfToken, userId } = await signUp(actor, { tokenTransport: 'HYBRID' })
    test.clock.advance(901)
    const headers = { ...Actor.bearer(accessToken), 'x-csrf-token': csrfToken }
    const refreshed = await actor.ask(refreshDocument, {}, headers)
    expect(refreshed.data.refresh).toMatchObject({ __typename: 'RefreshSuccess' })
    const fresh = refreshed.data.refresh.tokens.accessToken
    expect(await whoIs(actor, fresh)).toBe(userId)
    const rubbish = { ...Actor.bearer('rubbish'), 'x-csrf-token': csrfToken }
    const out = await actor.ask(logoutDocument, {}, rubbish)
    expect(out.data.logout).toMatchObject({ revokedSessions: 1 })
    expect(actor.sessionCookies).toHaveLength(0)
  })

  it('of a BODY session leaves the cookies of another one alone when it signs out', async () => {
    const actor = test.actor()
    await signUp(actor, { tokenTransport: 'COOKIE' })
    const body = await signUp(test.actor())
    const out = await actor.ask(logoutDocument, {}, Actor.bearer(body.accessToken))
    expect(out.data.logout).toMatchObject({ revokedSessions: 1 })
    expect(actor.sessionCookies).toHaveLength(2)
  })
})

describe('the cookies of a session', () => {
  it('stay unchanged if a sign-in fails', async () => {
    const actor = test.actor()
    const { email } = await signUp(actor, { tokenTransport: 'COOKIE' })
    const before = new Map(actor.cookies)
    const wrong = { password: 'Wr0ng-horse-battery!', tokenTransport: 'COOKIE' }
    expect((await askLogin(actor, email, wrong)).code).toBe('INVALID_CREDENTIALS')
    expect(actor.cookies).toEqual(before)
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Actor } from '../support/actor.ts'
import {
  csrfTokenDocument,
  loginDocument,
  meDocument,
  refreshDocument,
  revokeOtherSessionsDocument,
} from '../support/operations.ts'
import { signIn, signUp } from '../support/people.ts'
import { countRows } from '../support/rows.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'

const allowed = 'https://app.example.com'
let test: TestApp
beforeAll(async () => {
  test = await createTestApp({ env: { CORS_ORIGINS: allowed } })
})
afterAll(() => test.close())

const refusal = [{ extensions: { code: 'FORBIDDEN', reason: 'CSRF' } }]
const access = '__Host-gatehouse-access'
const refresh = '__Host-gatehouse-refresh'

const browser = (tokenTransport = 'COOKIE') => signUp(test.actor(), { tokenTransport })

describe('a mutation with cookies', () => {
  it('is refused without x-csrf-token, with a tampered one and with one of another session', async () => {
    const { actor, csrfToken, email, sessionId } = await browser()
    const bob = await browser()
    const second = await signIn(test.actor(), email, { tokenTransport: 'COOKIE' })
    const [, mac = ''] = csrfToken.split('.')
    const wrong = [
      undefined,
      '',
      'rubbish',
      sessionId,
      `${sessionId}.`,
      mac,
      csrfToken.slice(0, -1),
      `${csrfToken}A`,
      `${csrfToken}.`,
      `${second.sessionId}.${mac}`,
      csrfToken.toUpperCase(),
      bob.csrfToken,
      second.csrfToken,
    ]
    const before = await countRows(test.database)
    for (const token of wrong) {
      const headers = { 'x-csrf-token': token }
      for (const document of [revokeOtherSessionsDocument, refreshDocument]) {
        const answer = await actor.ask(document, {}, headers)
        expect(answer.errors, String(token)).toMatchObject(refusal)
        expect(answer.headers.getSetCookie()).toEqual([])
      }
    }
    expect(await countRows(test.database)).toEqual(before)
    const answer = await actor.ask(revokeOtherSessionsDocument, {}, { 'x-csrf-token': csrfToken })
    expect(answer.data.revokeOtherSessions.revokedSessions).toBe(1)
  })

  it('is served with the token of its session, after refreshes too', async () => {
    const { actor, csrfToken } = await browser()
    const headers = { 'x-csrf-token': csrfToken }
    await actor.ask(refreshDocument, {}, headers)
    const refreshed = await actor.ask(refreshDocument, {}, headers)
    expect(refreshed.data.refresh.__typename).toBe('RefreshSuccess')
    const answer = await actor.ask(revokeOtherSessionsDocument, {}, headers)
    expect(answer.data.revokeOtherSessions.__typename).toBe('RevokeOtherSessionsSuccess')
  })

  it('is not served by cookies of two sessions', async () => {
    const { actor, csrfToken } = await browser()
    const planted = await browser()
    const refreshCookie = planted.actor.cookies.get(refresh)
    const cookie = `${access}=${actor.cookies.get(access)}; ${refresh}=${refreshCookie}`
    const answer = await actor.ask(refreshDocument, {}, { cookie, 'x-csrf-token': csrfToken })
    expect(answer.errors).toMatchObject(refusal)
  })

  it('is not served by two cookies of one name', async () => {
    const { actor, csrfToken } = await browser()
    const planted = await browser()
    const doubled = (name: string) =>
      `${name}=${actor.cookies.get(name)}; ${name}=${planted.actor.cookies.get(name)}`
    const before = await countRows(test.database)
    const headers = { 'x-csrf-token': csrfToken }
    const revoked = await actor.ask(revokeOtherSessionsDocument, {}, { ...headers, cookie: doubled(access) })
    expect(revoked.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
    const refreshed = await actor.ask(refreshDocument, {}, { ...headers, cookie: doubled(refresh) })
    expect(refreshed.data.refresh.code).toBe('INVALID_REFRESH_TOKEN')
    expect(await countRows(test.database)).toEqual(before)
  })

  it('requires no x-csrf-token without cookies', async () => {
    const ada = await signUp(test.actor())
    const answer = await test.actor().ask(revokeOtherSessionsDocument, {}, Actor.bearer(ada.accessToken))
    expect(answer.data.revokeOtherSessions.revokedSessions).toBe(0)
  })
})

describe('csrfToken', () => {
  it('is the token of the session, also when the access token in its cookie has expired', async () => {
    const { actor, csrfToken } = await browser()
    expect((await actor.ask(csrfTokenDocument)).data.csrfToken).toBe(csrfToken)
    test.clock.advance(4000)
    expect((await actor.ask(csrfTokenDocument)).data.csrfToken).toBe(csrfToken)
  })

  it('is had with a refresh cookie alone', async () => {
    const { actor, csrfToken } = await browser('HYBRID')
    expect(actor.sessionCookies).toEqual([refresh])
    expect((await actor.ask(csrfTokenDocument)).data.csrfToken).toBe(csrfToken)
  })

  it('is null without a session cookie, and for rubbish in one', async () => {
    expect(await test.actor().ask(csrfTokenDocument)).toMatchObject({ data: { csrfToken: null }, errors: [] })
    for (const cookie of [`${access}=rubbish`, `${refresh}=ghr_rubbish`, 'other=1']) {
      const answer = await test.actor().ask(csrfTokenDocument, {}, { cookie })
      expect(answer).toMatchObject({ data: { csrfToken: null }, errors: [] })
    }
  })

  it('is null beside an Authorization header', async () => {
    const { actor } = await browser()
    const answer = await actor.ask(csrfTokenDocument, {}, { authorization: 'Bearer rubbish' })
    expect(answer).toMatchObject({ data: { csrfToken: null }, errors: [] })
  })
})

describe('the page that a request comes from', () => {
  it.each(['https://evil.example.com', 'null', 'https://app.example.com.evil.com', 'http://app.example.com'])(
    'may not be %s, with cookies or without any credential',
    async (origin) => {
      const { actor, csrfToken } = await browser()
      const before = await countRows(test.database)
      const headers = { origin, 'x-csrf-token': csrfToken }
      for (const document of [revokeOtherSessionsDocument, refreshDocument, csrfTokenDocument, meDocument]) {
        const answer = await actor.ask(document, {}, headers)
        expect(answer.status).toBe(403)
        expect(answer.errors).toMatchObject(refusal)
        expect(answer.headers.get('access-control-allow-origin')).toBeNull()
      }
      const input = { identifier: 'ada@example.com', password: goodPassword }
      expect((await test.actor().ask(loginDocument, { input }, { origin })).errors).toMatchObject(refusal)
      expect(await countRows(test.database)).toEqual(before)
    },
  )

  it('may be a listed one, which may read the answer', async () => {
    const { actor, csrfToken } = await browser()
    for (const origin of [allowed, 'http://localhost:4000']) {
      const headers = { origin, 'x-csrf-token': csrfToken }
      const answer = await actor.ask(revokeOtherSessionsDocument, {}, headers)
      expect(answer.data.revokeOtherSessions.__typename).toBe('RevokeOtherSessionsSuccess')
      expect(answer.headers.get('access-control-allow-origin')).toBe(origin)
      expect(answer.headers.get('access-control-allow-credentials')).toBe('true')
    }
  })
})

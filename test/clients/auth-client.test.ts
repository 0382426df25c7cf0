import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GatehouseUnavailable } from '../../src/clients/client.ts'
import { eventually } from '../support/eventually.ts'
import { askAs, signUpAs } from '../support/people.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'
import { expirySeconds, loginText, meText, openSignedIn, renameText } from './support/signed-in.ts'

let test: TestApp

beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

const transports = ['BODY', 'COOKIE', 'HYBRID'] as const
const withCookies = ['COOKIE', 'HYBRID'] as const

describe.each(transports)('a page with %s', (transport) => {
  it('makes one refresh for 20 queries after the expiry, before they are sent', async () => {
    const { auth, browser, email } = await openSignedIn(test, transport)
    test.clock.advance(expirySeconds)
    const answers = await Promise.all(Array.from({ length: 20 }, () => auth.request(meText)))
    expect(answers.map(({ data }) => data)).toEqual(Array.from({ length: 20 }, () => ({ me: { email } })))
    expect(browser.count('refresh')).toBe(1)
    expect(browser.count('me')).toBe(20)
  })

  it('makes one refresh for 20 queries that the service refuses as expired, and repeats each once', async () => {
    const { auth, browser, email } = await openSignedIn(test, transport, { now: () => 0 })
    test.clock.advance(expirySeconds)
    const answers = await Promise.all(Array.from({ length: 20 }, () => auth.request(meText)))
    expect(answers.map(({ data }) => data)).toEqual(Array.from({ length: 20 }, () => ({ me: { email } })))
    expect(browser.count('refresh')).toBe(1)
    expect(browser.count('me')).toBe(40)
  })

  it('repeats once only', async () => {
    const { auth, browser, signedOut } = await openSignedIn(test, transport)
    const extensions = { code: 'UNAUTHENTICATED', reason: 'TOKEN_EXPIRED' }
    browser.fault = ({ query }) =>
      query === meText
        ? Response.json({ data: { me: null }, errors: [{ message: 'Expired.', extensions }] })
        : undefined
    const answer = await auth.request(meText)
    expect(answer.errors).toMatchObject([{ extensions }])
    expect(browser.count('me')).toBe(2)
    expect(browser.count('refresh')).toBe(1)
    expect(signedOut).toEqual([])
  })

  it('sends no Authorization with register, login and refresh', async () => {
    const { auth, browser, email } = await openSignedIn(test, transport)
    await auth.request(loginText, { input: { identifier: email, password: goodPassword } })
    await auth.refresh()
    expect(browser.seen.map(({ query }) => query.slice(0, 16))).toEqual([
      loginText.slice(0, 16),
      'mutation Refresh',
    ])
    expect(browser.seen.filter(({ headers }) => headers.has('authorization'))).toEqual([])
    await auth.request(meText)
    expect(browser.seen.at(-1)?.headers.has('authorization')).toBe(transport !== 'COOKIE')
  })

  it('signs out, reports why, and sends no further refresh', async () => {
    const { auth, browser, signedOut } = await openSignedIn(test, transport)
    await auth.signOut()
    expect([auth.signedIn, signedOut]).toEqual([false, ['SIGNED_OUT']])
    browser.seen.length = 0
    expect((await auth.request(meText)).data).toEqual({ me: null })
    expect(browser.seen).toHaveLength(1)
  })

  it('is signed out by the deletion of the account, once, with all tabs', async () => {
    const { auth, browser, signedOut } = await openSignedIn(test, transport)
    const second = browser.tab()
    const isShared = await second.auth.restore()
    await auth.request(
      'mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { __typename } }',
      { input: { currentPassword: goodPassword } },
    )
    expect([auth.signedIn, signedOut]).toEqual([false, ['ACCOUNT_DELETED']])
    const elsewhere = isShared ? ['SIGNED_OUT_ELSEWHERE'] : []
    await eventually(() => expect(second.signedOut).toEqual(elsewhere), { everyMs: 5 })
    browser.seen.length = 0
    expect((await auth.request(meText)).data).toEqual({ me: null })
    expect(browser.seen).toHaveLength(1)
    expect(signedOut).toEqual(['ACCOUNT_DELETED'])
  })

  it('keeps its session if the deletion of the account is refused', async () => {
    const { auth, signedOut, email } = await openSignedIn(test, transport)
    const { data } = await auth.request(
      'mutation ($input: DeleteAccountInput!) { deleteAccount(input: $input) { __typename } }',
      { input: { currentPassword: 'Wr0ng-horse-battery!' } },
    )
    expect(data).toEqual({ deleteAccount: { __typename: 'InvalidCredentialsProblem' } })
    expect(signedOut).toEqual([])
    expect((await auth.request(meText)).data).toEqual({ me: { email } })
  })

  it(`sends ${transport === 'BODY' ? 'no cookies' : 'cookies'} with every request`, async () => {
    const { auth, browser, email } = await openSignedIn(test, transport)
    await auth.request(meText)
    await auth.request(renameText)
    await auth.refresh()
    await browser.tab().auth.restore()
    await auth.signOut()
    await auth.request(loginText, { input: { identifier: email, password: goodPassword } })
    const modes = browser.seen.map(({ credentials }) => credentials)
    expect(modes.length).toBeGreaterThanOrEqual(5)
    expect(new Set(modes)).toEqual(new Set([transport === 'BODY' ? 'omit' : 'include']))
  })

  it('is signed out once if the session is ended elsewhere', async () => {
    const { auth, browser, signedOut, email } = await openSignedIn(test, transport)
    const other = browser.tab({ channel: null })
    const elsewhere = await openSignedIn(test, transport)
    await elsewhere.auth.signOut()
    await elsewhere.auth.request(loginText, { input: { identifier: email, password: goodPassword } })
    await elsewhere.auth.request('mutation { revokeOtherSessions { __typename } }')
    await Promise.all([auth.request(meText), auth.request(meText)])
    expect(signedOut).toEqual(['TOKEN_REVOKED'])
    expect(auth.signedIn).toBe(false)
    other.auth.close()
  })

  it('continues after a change of role, which refuses the access token and not the session', async () => {
    const { auth, browser, signedOut, email } = await openSignedIn(test, transport)
    const { data } = await auth.request<{ me: { id: string } }>('{ me { id } }')
    const admin = await signUpAs(test, 'ADMIN')
    const change = 'mutation ($input: SetUserRoleInput!) { setUserRole(input: $input) { __typename } }'
    const input = { userId: data?.me.id, role: 'MODERATOR' }
    expect(await askAs(test, admin, change, { input })).toEqual({ __typename: 'UserChangeSuccess' })
    expect((await auth.request('{ me { email role } }')).data).toEqual({ me: { email, role: 'MODERATOR' } })
    expect(browser.count('refresh')).toBe(1)
    expect(signedOut).toEqual([])
  })

  it('continues after a change of the password, whose result contains new tokens', async () => {
    const { auth, email } = await openSignedIn(test, transport)
    const changed = await auth.request(
      'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { __typename ... on ChangePasswordSuccess { tokens { accessToken expiresIn refreshToken csrfToken } } } }',
      { input: { currentPassword: goodPassword, newPassword: 'Battery-Staple-7?' } },
    )
    expect(changed.data).toMatchObject({ changePassword: { __typename: 'ChangePasswordSuccess' } })
    expect((await auth.request(meText)).data).toEqual({ me: { email } })
  })
})

describe.each(withCookies)('a page with %s that is loaded again', (transport) => {
  it.each([0, expirySeconds])('continues from the cookies alone, %s seconds later', async (seconds) => {
    const { browser, email } = await openSignedIn(test, transport)
    test.clock.advance(seconds)
    const loaded = browser.tab({ channel: null })
    const answers = await Promise.all(Array.from({ length: 5 }, () => loaded.auth.request(meText)))
    expect(answers.map(({ data }) => data)).toEqual(Array.from({ length: 5 }, () => ({ me: { email } })))
    expect(browser.count('refresh')).toBe(transport === 'HYBRID' || seconds > 0 ? 1 : 0)
  })

  it.each([0, expirySeconds])('can start with a mutation, %s seconds later', async (seconds) => {
    const { browser } = await openSignedIn(test, transport)
    test.clock.advance(seconds)
    const loaded = browser.tab({ channel: null })
    const answer = await loaded.auth.request(renameText)
    expect(answer.data).toEqual({ updateProfile: { __typename: 'UpdateProfileSuccess' } })
  })

  it('can start with signing out', async () => {
    const { browser } = await openSignedIn(test, transport)
    const loaded = browser.tab({ channel: null })
    await loaded.auth.signOut()
    expect(browser.actor.sessionCookies).toEqual([])
    expect(loaded.signedOut).toEqual(['SIGNED_OUT'])
  })

  it('reports by restore whether there is a session', async () => {
    const { browser } = await openSignedIn(test, transport)
    expect(await browser.tab({ channel: null }).auth.restore()).toBe(true)
    browser.actor.cookies.clear()
    const withoutSession = browser.tab({ channel: null })
    expect(await withoutSession.auth.restore()).toBe(false)
    expect(withoutSession.signedOut).toEqual([])
  })

  it('is signed out by a forged refresh cookie', async () => {
    const { browser } = await openSignedIn(test, transport)
    browser.actor.cookies.set('__Host-gatehouse-refresh', 'ghr_forged')
    browser.actor.cookies.delete('__Host-gatehouse-access')
    const loaded = browser.tab({ channel: null })
    const answer = await loaded.auth.request(meText)
    expect(answer.errors).toMatchObject([{ extensions: { reason: 'TOKEN_EXPIRED' } }])
    expect(loaded.signedOut).toEqual(['NO_SESSION'])
  })

  it('does not continue in the session of another user who has signed in in the same browser', async () => {
    const { auth, browser, signedOut } = await openSignedIn(test, transport)
    const other = await openSignedIn(test, transport)
    browser.actor.cookies.clear()
    for (const [name, value] of other.browser.actor.cookies) browser.actor.cookies.set(name, value)
    expect(await auth.refresh()).toBe(false)
    expect(signedOut).toEqual(['SESSION_REPLACED'])
    expect((await other.auth.request(meText)).data).toEqual({ me: { email: other.email } })
  })
})

describe('a page with BODY', () => {
  it('is signed out by an outdated refresh token, after every response of a refresh was lost for longer than LOST_ANSWER_SECONDS', async () => {
    const { auth, browser, signedOut } = await openSignedIn(test, 'BODY')
    browser.lose = ({ query }) => query.includes('refresh(')
    await expect(auth.refresh()).rejects.toThrow(GatehouseUnavailable)
    expect(signedOut).toEqual([])
    browser.lose = () => false
    test.clock.advance(200)
    expect(await auth.refresh()).toBe(false)
    expect(signedOut).toEqual(['REFRESH_TOKEN_REUSED'])
  })

  it('is signed out by a forged refresh token', async () => {
    const { auth, browser, signedOut } = await openSignedIn(test, 'BODY')
    browser.forge = (body) => body.replace(/"refreshToken":"[^"]*"/, '"refreshToken":"ghr_forged"')
    expect(await auth.refresh()).toBe(false)
    expect(signedOut).toEqual(['INVALID_REFRESH_TOKEN'])
  })

  it('keeps the device token in the given store, and sends it with the next login', async () => {
    const kept: string[] = []
    const deviceTokens = { read: () => kept.at(-1) ?? null, write: (token: string) => void kept.push(token) }
    const { auth, browser, email } = await openSignedIn(test, 'BODY', { deviceTokens })
    expect(kept).toEqual([expect.stringMatching(/^ghd_/)])
    await auth.signOut()
    await auth.request(loginText, { input: { identifier: email, password: goodPassword } })
    expect(browser.seen.at(-1)?.variables).toMatchObject({ input: { deviceToken: kept[0] } })
  })
})

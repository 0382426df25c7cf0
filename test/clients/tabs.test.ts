import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { createAuthClient } from '../../src/clients/client.ts'
import { askAs, askRefresh, signUpAs } from '../support/people.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'
import { HeldChannel } from './support/held-channel.ts'
import { expirySeconds, loginText, meText, openSignedIn } from './support/signed-in.ts'

let test: TestApp

beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

const transports = ['COOKIE', 'HYBRID'] as const

describe.each(transports)('two tabs with %s', (transport) => {
  async function twoTabs(options = {}) {
    const first = await openSignedIn(test, transport, options)
    const second = first.browser.tab(options)
    expect(await second.auth.restore()).toBe(true)
    // COOKIE has nothing to restore but the x-csrf-token: the second tab learns the rest from the next refresh.
    if (transport === 'COOKIE') await second.auth.refresh()
    await soon()
    first.browser.seen.length = 0
    return { ...first, second }
  }

  it.each([
    ['by the clock', {}],
    ['by the service', { now: () => 0 }],
  ])('refresh once and both go on, when the token has expired %s', async (_how, options) => {
    const { auth, second, browser, email } = await twoTabs(options)
    test.clock.advance(expirySeconds)
    const both = [auth, second.auth].flatMap((tab) => [tab.request(meText), tab.request(meText)])
    for (const answer of await Promise.all(both)) expect(answer.data).toEqual({ me: { email } })
    expect(browser.count('refresh')).toBe(1)
  })

  it('hand on what one of them has refreshed', async () => {
    const { auth, second, browser, email } = await twoTabs()
    test.clock.advance(expirySeconds)
    await auth.request(meText)
    await soon()
    expect((await second.auth.request(meText)).data).toEqual({ me: { email } })
    expect(browser.count('refresh')).toBe(1)
  })

  it('go on without Web Locks and BroadcastChannel', async () => {
    const alone = { locks: null, channel: null }
    const first = await openSignedIn(test, transport, alone)
    const second = first.browser.tab(alone)
    test.clock.advance(expirySeconds)
    const each = [first.auth, second.auth].flatMap((tab) => [tab.request(meText), tab.request(meText)])
    for (const answer of await Promise.all(each)) expect(answer.data).toEqual({ me: { email: first.email } })
    expect(first.browser.count('refresh')).toBe(2)
    expect([...first.signedOut, ...second.signedOut]).toEqual([])
  })

  it('are signed out together', async () => {
    const { auth, second, signedOut } = await twoTabs()
    await second.auth.signOut()
    await soon()
    expect(auth.signedIn).toBe(false)
    expect([signedOut, second.signedOut]).toEqual([['SIGNED_OUT_ELSEWHERE'], ['SIGNED_OUT']])
  })

  it('are signed in together', async () => {
    const { auth, second, signedIn, email } = await twoTabs()
    await auth.signOut()
    await soon()
    await second.auth.request(loginText, { input: { identifier: email, password: goodPassword } })
    await soon()
    expect(signedIn).toEqual(['signed in'])
    expect((await auth.request(meText)).data).toEqual({ me: { email } })
  })

  it('do not wait for ever for a tab that keeps the lock', async () => {
    const held = { request: refuse }
    const first = await openSignedIn(test, transport, { locks: held })
    test.clock.advance(expirySeconds)
    expect((await first.auth.request(meText)).data).toEqual({ me: { email: first.email } })
  })
})

describe.each(transports)('tokens that another tab with %s has refreshed', (transport) => {
  /** A page, and the message that another tab of its browser posted about a refresh. It is still on its way. */
  async function refreshedElsewhere() {
    const channel = new HeldChannel()
    const page = await openSignedIn(test, transport, { channel: () => channel })
    const others = new HeldChannel()
    const second = page.browser.tab({ channel: () => others })
    await second.auth.restore()
    await second.auth.refresh()
    const message = Object(others.posted.at(-1))
    expect(message).toMatchObject({ signedIn: false, tokens: { session: expect.any(String) } })
    return { ...page, channel, message }
  }

  it('are taken over by a page of the same session', async () => {
    const { auth, browser, email, channel, message } = await refreshedElsewhere()
    channel.deliver(message)
    browser.seen.length = 0
    expect((await auth.request(meText)).data).toEqual({ me: { email } })
    expect(browser.count('refresh')).toBe(0)
  })

  it('sign no one in if they arrive after the sign-out', async () => {
    const { auth, browser, signedIn, signedOut, channel, message } = await refreshedElsewhere()
    await auth.signOut()
    channel.deliver(message)
    expect([auth.signedIn, signedIn, signedOut]).toEqual([false, [], ['SIGNED_OUT']])
    browser.seen.length = 0
    expect((await auth.request(meText)).data).toEqual({ me: null })
    expect(browser.seen.map(({ headers }) => headers.get('authorization'))).toEqual([null])
  })

  it('sign no one in if they arrive after a sign-out in another tab', async () => {
    const { auth, signedIn, signedOut, channel, message } = await refreshedElsewhere()
    channel.deliver({ session: message.tokens.session })
    expect(signedOut).toEqual(['SIGNED_OUT_ELSEWHERE'])
    channel.deliver(message)
    expect([auth.signedIn, signedIn]).toEqual([false, []])
  })

  it('replace nothing on a page of another user', async () => {
    const { message } = await refreshedElsewhere()
    const channel = new HeldChannel()
    const bob = await openSignedIn(test, transport, { channel: () => channel })
    channel.deliver(message)
    expect((await bob.auth.request(meText)).data).toEqual({ me: { email: bob.email } })
    expect(bob.signedOut).toEqual([])
  })
})

describe('a page with BODY', () => {
  it('has a session of its own, and sends nothing of it to other pages', async () => {
    const { auth, browser, signedOut } = await openSignedIn(test, 'BODY')
    const second = browser.tab()
    expect(await second.auth.restore()).toBe(false)
    await auth.refresh()
    await soon()
    expect([second.auth.signedIn, second.signedIn]).toEqual([false, []])
    await second.auth.signOut()
    await soon()
    expect([auth.signedIn, signedOut]).toEqual([true, []])
  })

  it('signs out a session whose access token is refused', async () => {
    const { auth, browser, email } = await openSignedIn(test, 'BODY')
    const user = await test.database.client.user.findFirstOrThrow({ where: { email } })
    await askAs(test, await signUpAs(test, 'ADMIN'), setRole, {
      input: { userId: user.id, role: 'MODERATOR' },
    })
    await auth.signOut()
    const { refreshToken } = Object(browser.seen.at(-1)?.variables).input
    expect((await askRefresh(test.actor(), refreshToken)).__typename).toBe('InvalidRefreshTokenProblem')
  })
})

describe('a browser that refuses', () => {
  const denied = () => {
    throw new DOMException('It is denied.', 'SecurityError')
  }

  it('locks does without them', async () => {
    const { auth, email } = await openSignedIn(test, 'HYBRID', { locks: { request: async () => denied() } })
    test.clock.advance(expirySeconds)
    expect((await auth.request(meText)).data).toEqual({ me: { email } })
  })

  it('channels does without them', () => {
    vi.stubGlobal(
      'BroadcastChannel',
      class {
        constructor() {
          denied()
        }
      },
    )
    const auth = createAuthClient({ url: 'https://auth.example.com/graphql', transport: 'HYBRID' })
    vi.unstubAllGlobals()
    expect(auth.signedIn).toBe(false)
  })
})

describe('the other tabs', () => {
  it('receive a sign-out before the application handles it, which may throw', async () => {
    const failing = {
      onSignedOut: () => {
        throw new Error('of the application')
      },
    }
    const { auth, browser } = await openSignedIn(test, 'HYBRID', failing)
    const second = browser.tab()
    await second.auth.restore()
    await soon()
    await expect(auth.signOut()).rejects.toThrow('of the application')
    await soon()
    expect(second.signedOut).toEqual(['SIGNED_OUT_ELSEWHERE'])
  })

  it('do not affect a page that has left them', async () => {
    const { auth } = await openSignedIn(test, 'HYBRID', { channel: (name) => new BroadcastChannel(name) })
    auth.close()
    expect(await auth.refresh()).toBe(true)
  })
})

const setRole = 'mutation ($input: SetUserRoleInput!) { setUserRole(input: $input) { __typename } }'

/** Locks that another tab never releases: `ifAvailable` gets none, and a waiting request is aborted. */
async function refuse<T>(
  _name: string,
  options: { ifAvailable?: true; signal?: AbortSignal },
  work: (lock: object | null) => Promise<T>,
): Promise<T> {
  if (options.ifAvailable) return work(null)
  throw new DOMException('The wait was too long.', 'TimeoutError')
}

/** Until messages between tabs have arrived. */
function soon(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 30))
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'
import { EXPIRY_SECONDS, loginText, meText, openSignedIn } from './support/signed-in.ts'

let test: TestApp

beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

const transports = ['BODY', 'COOKIE', 'HYBRID'] as const

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
    test.clock.advance(EXPIRY_SECONDS)
    const both = [auth, second.auth].flatMap((tab) => [tab.request(meText), tab.request(meText)])
    for (const answer of await Promise.all(both)) expect(answer.data).toEqual({ me: { email } })
    expect(browser.count('refresh')).toBe(1)
  })

  it('hand on what one of them has refreshed', async () => {
    const { auth, second, browser, email } = await twoTabs()
    test.clock.advance(EXPIRY_SECONDS)
    await auth.request(meText)
    await soon()
    expect((await second.auth.request(meText)).data).toEqual({ me: { email } })
    expect(browser.count('refresh')).toBe(1)
  })

  it('go on without Web Locks and BroadcastChannel', async () => {
    const alone = { locks: null, channel: null }
    const first = await openSignedIn(test, transport, alone)
    const second = first.browser.tab(alone)
    // With BODY each tab is signed in by itself then.
    if (transport === 'BODY')
      await second.auth.request(loginText, { input: { identifier: first.email, password: goodPassword } })
    test.clock.advance(EXPIRY_SECONDS)
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
    test.clock.advance(EXPIRY_SECONDS)
    expect((await first.auth.request(meText)).data).toEqual({ me: { email: first.email } })
  })
})

/** Locks that somebody else never gives back: an ifAvailable gets none, whoever waits is told to stop. */
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

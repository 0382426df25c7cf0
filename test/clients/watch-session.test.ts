import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type SessionEvent, watchSession } from '../../src/clients/client.ts'
import { eventually } from '../support/eventually.ts'
import { Stopwatch } from '../support/stopwatch.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'
import { loginText, meText, openSignedIn } from './support/signed-in.ts'

let test: TestApp

beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

describe.each(['BODY', 'COOKIE', 'HYBRID'] as const)('a page with %s that listens', (transport) => {
  async function listening() {
    const page = await openSignedIn(test, transport)
    const events: SessionEvent[] = []
    const stop = watchSession(page.auth, { locks: null, onEvent: (event) => events.push(event) })
    await eventually(() => expect(page.browser.count('sessionEvents')).toBe(1))
    return { ...page, events, stop }
  }

  async function signInElsewhere(email: string) {
    const elsewhere = await openSignedIn(test, transport)
    await elsewhere.auth.signOut()
    await elsewhere.auth.request(loginText, { input: { identifier: email, password: goodPassword } })
    return elsewhere.auth
  }

  it('hears of another session, and stays signed in when that ends', async () => {
    const { auth, events, stop, email, signedOut } = await listening()
    const other = await signInElsewhere(email)
    await eventually(() => expect(events.map(({ type }) => type)).toEqual(['NEW_SESSION']))
    await other.signOut()
    await eventually(() => expect(events.map(({ type }) => type)).toEqual(['NEW_SESSION', 'REVOKED']))
    expect((await auth.request(meText)).data).toEqual({ me: { email } })
    expect(signedOut).toEqual([])
    stop()
  })

  it(`sends ${transport === 'BODY' ? 'no cookies' : 'cookies'} with its subscription`, async () => {
    const { browser, stop } = await listening()
    const modes = browser.seen.map(({ credentials }) => credentials)
    expect(new Set(modes)).toEqual(new Set([transport === 'BODY' ? 'omit' : 'include']))
    stop()
  })

  it('is signed out within a second when it is signed out everywhere from elsewhere', async () => {
    const { auth, stop, email, signedOut } = await listening()
    const other = await signInElsewhere(email)
    await other.signOut({ allDevices: true })
    const watch = new Stopwatch()
    await eventually(() => expect(signedOut).toEqual(['TOKEN_REVOKED']), { everyMs: 10 })
    expect(watch.stop()).toBeLessThan(1000)
    expect(auth.signedIn).toBe(false)
    stop()
  })
})

describe('a page that listens', () => {
  it('comes back after a connection that was cut, and after a page of HTML', async () => {
    const { auth, browser, email } = await openSignedIn(test, 'HYBRID')
    let faults = 0
    browser.fault = ({ query }) => {
      if (!query.includes('sessionEvents') || ++faults > 2) return undefined
      if (faults === 1) throw new TypeError('fetch failed')
      return new Response('<title>Wi-Fi</title>')
    }
    const stop = watchSession(auth, { locks: null })
    await eventually(() => expect(browser.count('sessionEvents')).toBe(3))
    expect((await auth.request(meText)).data).toEqual({ me: { email } })
    stop()
  })

  it('refreshes before the stream ends, and listens on', async () => {
    const { auth, browser } = await openSignedIn(test, 'HYBRID', { now: () => 0 })
    const stop = watchSession(auth, { locks: null })
    await eventually(() => expect(browser.count('sessionEvents')).toBe(1))
    test.clock.advance(15 * 60 - 20)
    await eventually(() => expect(browser.count('sessionEvents')).toBe(2))
    expect(browser.count('refresh')).toBe(1)
    stop()
  })

  it('does not refresh at the end of the stream when it has newer tokens', async () => {
    const { auth, browser } = await openSignedIn(test, 'HYBRID', { now: () => 0 })
    const stop = watchSession(auth, { locks: null })
    await eventually(() => expect(browser.count('sessionEvents')).toBe(1))
    test.clock.advance(5 * 60)
    await auth.refresh()
    test.clock.advance(10 * 60 - 20)
    await eventually(() => expect(browser.count('sessionEvents')).toBe(2))
    expect(browser.count('refresh')).toBe(1)
    stop()
  })

  it('does so for all tabs', async () => {
    const { auth, browser } = await openSignedIn(test, 'HYBRID')
    const second = browser.tab()
    await second.auth.restore()
    const stops = [auth, second.auth].map((tab) => watchSession(tab, { locks: browser.locks }))
    await eventually(() => expect(browser.count('sessionEvents')).toBe(1))
    stops[0]?.()
    await eventually(() => expect(browser.count('sessionEvents')).toBe(2))
    stops[1]?.()
  })
})

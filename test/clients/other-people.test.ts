import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'
import { expirySeconds, loginText, meText, openSignedIn, renameText } from './support/signed-in.ts'

let test: TestApp
beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

const soon = (ms = 30) => new Promise((resolve) => setTimeout(resolve, ms))
const whoText = '{ me { email firstName } }'

describe.each(['COOKIE', 'HYBRID'] as const)('with %s, when Bob signs in in another tab', (transport) => {
  /** A page of Alice, and another tab in which Bob is about to sign in. */
  async function twoPeople(options = {}) {
    const bob = await openSignedIn(test, transport)
    const alice = await openSignedIn(test, transport, options)
    const second = alice.browser.tab()
    expect(await second.auth.restore()).toBe(true)
    if (transport === 'COOKIE') await alice.auth.refresh()
    await soon()
    const signInBob = async () => {
      await second.auth.request(loginText, { input: { identifier: bob.email, password: goodPassword } })
      await soon()
    }
    const whoIsBob = async () => (await second.auth.request(whoText)).data
    return { alice, signInBob, whoIsBob, bob: { email: bob.email, firstName: null } }
  }

  /** Holds the first request of a kind back until it is let go. */
  function hold({ alice }: Pick<Awaited<ReturnType<typeof twoPeople>>, 'alice'>, kind: string) {
    let letGo = () => {}
    const gate = new Promise<void>((resolve) => {
      letGo = resolve
    })
    let isHeld = false
    alice.browser.fault = async ({ query }) => {
      if (isHeld || !query.includes(kind)) return undefined
      isHeld = true
      await gate
      return undefined
    }
    return () => letGo()
  }

  it('a mutation of Alice that waits for a refresh is not sent', async () => {
    const { alice, signInBob, whoIsBob, bob } = await twoPeople()
    test.clock.advance(expirySeconds)
    const letGo = hold({ alice }, 'mutation Refresh')
    const renamed = alice.auth.request(renameText).catch((error: Error) => error.name)
    await soon()
    const signingIn = signInBob()
    await soon()
    letGo()
    await signingIn
    await renamed
    expect(await whoIsBob()).toEqual({ me: bob })
  })

  it('a refused mutation of Alice is not repeated in the session of Bob', async () => {
    const { alice, signInBob, whoIsBob, bob } = await twoPeople({ now: () => 0 })
    test.clock.advance(expirySeconds)
    const letGo = hold({ alice }, 'updateProfile')
    const renamed = alice.auth.request(renameText).catch((error: Error) => error.name)
    await soon()
    await signInBob()
    letGo()
    await renamed
    expect(await whoIsBob()).toEqual({ me: bob })
  })

  it('a running refresh leaves the cookies of Bob', async () => {
    const { alice, signInBob, whoIsBob, bob } = await twoPeople()
    const { browser } = alice
    let letGo = () => {}
    const gate = new Promise<void>((resolve) => {
      letGo = resolve
    })
    // As browsers do: cookies go as they are when a request is sent, and come when its answer does.
    browser.fault = async ({ query, variables, headers }) => {
      if (!query.includes('mutation Refresh')) return undefined
      browser.fault = () => undefined
      const sender = test.actor()
      for (const [name, value] of browser.actor.cookies) sender.cookies.set(name, value)
      const response = await sender.send({ query, variables }, Object.fromEntries(headers))
      await gate
      for (const [name, value] of sender.cookies) browser.actor.cookies.set(name, value)
      return response
    }
    const refreshing = alice.auth.refresh()
    await soon()
    const signingIn = signInBob()
    await soon()
    letGo()
    await Promise.all([refreshing, signingIn])
    await soon()
    expect(await whoIsBob()).toEqual({ me: bob })
    const loaded = browser.tab({ channel: null })
    expect(await loaded.auth.restore()).toBe(true)
    expect((await loaded.auth.request(meText)).data).toEqual({ me: { email: bob.email } })
  })
})

describe('a page with COOKIE whose cookies have gone with the session', () => {
  it.each([
    ['me', '{ me { email } }'],
    ['a field that requires a session', '{ sessions { totalCount } }'],
  ])('learns it from %s', async (_what, text) => {
    const { auth, browser, signedOut } = await openSignedIn(test, 'COOKIE')
    browser.actor.cookies.clear()
    await auth.request(text)
    expect([auth.signedIn, signedOut]).toEqual([false, ['INVALID_REFRESH_TOKEN']])
  })
})

import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client'
import { execute } from '@apollo/client/link'
import { createClient, fetchExchange } from '@urql/core'
import { parse } from 'graphql'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { createAuthLink } from '../../src/clients/apollo.ts'
import type { AuthClient, Channel } from '../../src/clients/client.ts'
import { maxLockMs } from '../../src/clients/tabs.ts'
import { createAuthExchange } from '../../src/clients/urql.ts'
import { eventually } from '../support/eventually.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'
import type { Browser } from './support/browser.ts'
import { expirySeconds, loginText, meText, openSignedIn } from './support/signed-in.ts'

let test: TestApp

beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())
afterEach(() => vi.restoreAllMocks())

const url = 'http://localhost:4000/graphql'
const tokens = 'tokens { accessToken expiresIn refreshToken csrfToken }'
const renewals = {
  changePassword: `mutation { changePassword(input: { currentPassword: "${goodPassword}", newPassword: "Battery-Staple-77?" }) { __typename ... on ChangePasswordSuccess { ${tokens} } } }`,
  reauthenticate: `mutation { reauthenticate(input: { password: "${goodPassword}" }) { __typename ... on ReauthenticateSuccess { ${tokens} } } }`,
  reauthenticateWith: `mutation { reauthenticateWith(input: { password: "${goodPassword}" }) { __typename ... on ReauthenticateSuccess { ${tokens} } } }`,
}

type Ask = (document: string) => Promise<unknown>

const clients: Readonly<Record<string, (auth: AuthClient, browser: Browser) => Ask>> = {
  'the client alone': (auth) => async (document) => (await auth.request(document)).data,
  'Apollo Client': (auth, { fetch }) => {
    const link = ApolloLink.from([createAuthLink(auth), new HttpLink({ uri: url, fetch })])
    const apollo = new ApolloClient({ cache: new InMemoryCache(), link })
    return async (document) => {
      const operation = parse(document)
      const { data } = document.startsWith('mutation')
        ? await apollo.mutate({ mutation: operation })
        : await apollo.query({ query: operation, fetchPolicy: 'no-cache' })
      return data
    }
  },
  urql: (auth, { fetch }) => {
    const exchanges = [createAuthExchange(auth), fetchExchange]
    const urql = createClient({ url, fetch, preferGetMethod: false, exchanges })
    return async (document) => {
      const send = document.startsWith('mutation') ? urql.mutation(document, {}) : urql.query(document, {})
      return (await send.toPromise()).data
    }
  },
}

/** Channels of one browser that deliver at once. */
function instantChannels(): () => Channel {
  const all = new Set<Channel>()
  return () => {
    const own: Channel = {
      onmessage: null,
      postMessage(data) {
        for (const other of all) if (other !== own) other.onmessage?.(new MessageEvent('message', { data }))
      },
      close: () => all.delete(own),
    }
    all.add(own)
    return own
  }
}

/** A lock that is not released is held for ever: its time limit never comes. */
function withoutTimeLimits(): void {
  const start = globalThis.setTimeout
  vi.spyOn(globalThis, 'setTimeout').mockImplementation((work, ms, ...rest) =>
    ms === maxLockMs ? start(() => undefined, 0) : start(work, ms, ...rest),
  )
}

describe.each(Object.keys(clients))('with %s', (client) => {
  async function open(transport: 'BODY' | 'COOKIE' | 'HYBRID', options = {}) {
    const page = await openSignedIn(test, transport, options)
    const ask = clients[client]?.(page.auth, page.browser)
    if (ask === undefined) throw new Error('There is no such client.')
    return { ...page, ask }
  }

  describe.each(['BODY', 'COOKIE', 'HYBRID'] as const)('and %s', (transport) => {
    it.each(Object.entries(renewals))(
      'a query that is refused before %s is answered waits for the new tokens',
      async (name, document) => {
        const { ask, auth, browser, email, signedOut } = await open(transport)
        let [processed, refreshed] = [false, false]
        browser.hold = ({ query }) => {
          if (query.includes('mutation Refresh')) refreshed = true
          if (!query.includes(name)) return undefined
          processed = true
          return eventually(() => expect(refreshed || browser.locks.waits > 0).toBe(true))
        }
        const renewal = ask(document)
        await eventually(() => expect(processed).toBe(true))
        expect(await ask(meText)).toMatchObject({ me: { email } })
        expect(await renewal).toMatchObject({ [name]: { __typename: expect.stringMatching(/Success$/) } })
        expect([auth.signedIn, signedOut, refreshed]).toEqual([true, [], false])
      },
    )

    it.each(
      Object.entries(renewals).flatMap(([name, document]) => [
        { name, document, who: 'the clock', options: {} },
        { name, document, who: 'the service', options: { now: () => 0 } },
      ]),
    )('$name refreshes a token that has expired by $who', async ({ name, document, options }) => {
      withoutTimeLimits()
      const { ask, browser, signedOut } = await open(transport, options)
      test.clock.advance(expirySeconds)
      expect(await ask(document)).toMatchObject({ [name]: { __typename: expect.stringMatching(/Success$/) } })
      expect([browser.count('refresh'), signedOut]).toEqual([1, []])
    })
  })

  it.each(['COOKIE', 'HYBRID'] as const)(
    'a renewal with %s that waits while someone else signs in is not sent for them',
    async (transport) => {
      const bob = await openSignedIn(test, transport)
      const channel = instantChannels()
      const { ask, browser } = await open(transport, { channel })
      const second = browser.tab({ channel })
      await second.auth.restore()
      let processed = false
      browser.hold = ({ query }) => {
        if (query !== loginText) return undefined
        processed = true
        return eventually(() => expect(browser.locks.waits).toBeGreaterThan(0))
      }
      const login = second.auth.request(loginText, {
        input: { identifier: bob.email, password: goodPassword },
      })
      await eventually(() => expect(processed).toBe(true))
      await Promise.allSettled([ask(renewals.reauthenticate), login])
      expect(browser.count('reauthenticate')).toBe(0)
      expect((await second.auth.request(meText)).data).toEqual({ me: { email: bob.email } })
    },
  )
})

describe('a renewal with Apollo Client that is given up', () => {
  async function openApollo() {
    withoutTimeLimits()
    const page = await openSignedIn(test, 'COOKIE')
    const link = ApolloLink.from([
      createAuthLink(page.auth),
      new HttpLink({ uri: url, fetch: page.browser.fetch }),
    ])
    const client = new ApolloClient({ cache: new InMemoryCache(), link })
    return {
      ...page,
      begin: () => execute(link, { query: parse(renewals.reauthenticate) }, { client }).subscribe({}),
    }
  }

  it('while it waits for the lock keeps no lock', async () => {
    const { auth, browser, begin } = await openApollo()
    let isGivenUp = false
    browser.hold = ({ query }) =>
      query.includes('changePassword') ? eventually(() => expect(isGivenUp).toBe(true)) : undefined
    const first = auth.request(renewals.changePassword)
    await eventually(() => expect(browser.count('changePassword')).toBe(1))
    const renewal = begin()
    await eventually(() => expect(browser.locks.waits).toBe(1))
    renewal.unsubscribe()
    isGivenUp = true
    await first
    expect(await auth.refresh()).toBe(true)
    expect(browser.count('reauthenticate')).toBe(0)
  })

  it('while it is answered keeps no lock', async () => {
    const { auth, browser, begin } = await openApollo()
    let isAnswered = false
    browser.hold = ({ query }) => {
      if (!query.includes('reauthenticate')) return undefined
      isAnswered = true
      return new Promise(() => undefined)
    }
    const renewal = begin()
    await eventually(() => expect(isAnswered).toBe(true))
    renewal.unsubscribe()
    // The cookies of the answer have not arrived, so the service refuses this refresh.
    expect(await auth.refresh()).toBe(false)
  })
})

it('without Web Locks a request that hangs does not stop the page for ever', async () => {
  const limit = new AbortController()
  const { auth, browser } = await openSignedIn(test, 'HYBRID', { locks: null })
  browser.fault = ({ query }) =>
    query === renewals.changePassword ? new Promise(() => undefined) : undefined
  const spy = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(limit.signal)
  void auth.request(renewals.changePassword)
  await eventually(() => expect(browser.count('changePassword')).toBe(1))
  spy.mockRestore()
  const refresh = auth.refresh()
  limit.abort()
  expect(await refresh).toBe(true)
})

it('without Web Locks the page waits for itself', async () => {
  const { auth, browser, email, signedOut } = await openSignedIn(test, 'COOKIE', { locks: null })
  let [processed, refused] = [false, false]
  browser.hold = ({ query }) => {
    if (query === meText) refused = true
    if (query !== renewals.changePassword) return undefined
    processed = true
    return eventually(() => expect(refused).toBe(true))
  }
  const renewal = auth.request(renewals.changePassword)
  await eventually(() => expect(processed).toBe(true))
  expect((await auth.request(meText)).data).toEqual({ me: { email } })
  expect((await renewal).data).toMatchObject({ changePassword: { __typename: 'ChangePasswordSuccess' } })
  expect([signedOut, browser.count('refresh')]).toEqual([[], 0])
})

import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client'
import { createClient, fetchExchange } from '@urql/core'
import { parse } from 'graphql'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAuthLink } from '../../src/clients/apollo.ts'
import type { AuthClient } from '../../src/clients/client.ts'
import { createAuthExchange } from '../../src/clients/urql.ts'
import { eventually } from '../support/eventually.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'
import type { Browser } from './support/browser.ts'
import { expirySeconds, meText, openSignedIn } from './support/signed-in.ts'

let test: TestApp

beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

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

    it.each(Object.entries(renewals))('%s refreshes an expired token first', async (name, document) => {
      const { ask, browser, signedOut } = await open(transport)
      test.clock.advance(expirySeconds)
      expect(await ask(document)).toMatchObject({ [name]: { __typename: expect.stringMatching(/Success$/) } })
      expect([browser.count('refresh'), signedOut]).toEqual([1, []])
    })
  })
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

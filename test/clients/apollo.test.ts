import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createAuthLink, possibleTypes } from '../../src/clients/apollo.ts'
import { type AuthClient, GatehouseUnavailable, toUnavailable } from '../../src/clients/client.ts'
import {
  LoginDocument,
  LogoutDocument,
  MeDocument,
  UpdateProfileDocument,
} from '../../src/clients/documents.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'
import type { Browser } from './support/browser.ts'
import { expirySeconds, openSignedIn } from './support/signed-in.ts'

let test: TestApp

beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

function openApollo(auth: AuthClient, browser: Browser) {
  const http = new HttpLink({ uri: 'http://localhost:4000/graphql', fetch: browser.fetch })
  const link = ApolloLink.from([createAuthLink(auth), http])
  const apollo = new ApolloClient({ cache: new InMemoryCache({ possibleTypes }), link })
  const me = () =>
    apollo.query({ query: MeDocument, fetchPolicy: 'no-cache', context: { queryDeduplication: false } })
  return { apollo, me }
}

async function open(transport: 'BODY' | 'COOKIE' | 'HYBRID', options = {}) {
  const page = await openSignedIn(test, transport, options)
  return { ...page, ...openApollo(page.auth, page.browser) }
}

describe.each(['BODY', 'COOKIE', 'HYBRID'] as const)('Apollo Client with %s', (transport) => {
  it.each([
    ['by the clock', {}, 20],
    ['by the service', { now: () => 0 }, 40],
  ])('makes one refresh for 20 queries that expire %s', async (_how, options, sent) => {
    const { me, browser, email } = await open(transport, options)
    test.clock.advance(expirySeconds)
    const answers = await Promise.all(Array.from({ length: 20 }, me))
    expect(answers.map(({ data }) => data?.me?.email)).toEqual(Array.from({ length: 20 }, () => email))
    expect(browser.count('refresh')).toBe(1)
    expect(browser.count('Me')).toBe(sent)
  })

  it(`sends ${transport === 'BODY' ? 'no cookies' : 'cookies'} with every request`, async () => {
    const { me, browser, email } = await open(transport)
    await me()
    test.clock.advance(expirySeconds)
    expect((await me()).data?.me?.email).toBe(email)
    const modes = browser.seen.map(({ credentials }) => credentials)
    expect(modes).toHaveLength(3)
    expect(new Set(modes)).toEqual(new Set([transport === 'BODY' ? 'omit' : 'include']))
  })

  it('signs in by the typed documents, without Authorization, changes something, and signs out', async () => {
    const { apollo, auth, browser, email, signedOut } = await open(transport)
    await apollo.mutate({ mutation: LogoutDocument })
    expect(signedOut).toEqual(['SIGNED_OUT'])
    const input = { identifier: email, password: goodPassword }
    const { data } = await apollo.mutate({ mutation: LoginDocument, variables: { input } })
    expect(data?.login?.__typename).toBe('LoginSuccess')
    expect(browser.seen.at(-1)?.headers.has('authorization')).toBe(false)
    expect(auth.signedIn).toBe(true)
    const renamed = await apollo.mutate({
      mutation: UpdateProfileDocument,
      variables: { input: { firstName: 'Ada' } },
    })
    expect(renamed.data?.updateProfile).toMatchObject({ user: { firstName: 'Ada' } })
  })

  it('repeats once only', async () => {
    const { me, browser } = await open(transport)
    const extensions = { code: 'UNAUTHENTICATED', reason: 'TOKEN_EXPIRED' }
    browser.fault = ({ query }) =>
      query.includes('Me')
        ? Response.json({ data: { me: null }, errors: [{ message: 'Expired.', extensions }] })
        : undefined
    await expect(me()).rejects.toMatchObject({ errors: [{ extensions }] })
    expect(browser.count('Me')).toBe(2)
    expect(browser.count('refresh')).toBe(1)
  })
})

describe('Apollo Client', () => {
  it.each(['COOKIE', 'HYBRID'] as const)('goes on after a reload with %s', async (transport) => {
    const { browser, email } = await openSignedIn(test, transport)
    const loaded = openApollo(browser.tab({ channel: null }).auth, browser)
    const variables = { input: { firstName: 'Ada' } }
    await loaded.apollo.mutate({ mutation: UpdateProfileDocument, variables })
    expect((await loaded.me()).data?.me).toMatchObject({ email, firstName: 'Ada' })
  })

  it.each([
    ['a 503', () => new Response('Bad gateway', { status: 503 })],
    [
      'a page of HTML',
      () => new Response('<title>Wi-Fi</title>', { headers: { 'content-type': 'text/html' } }),
    ],
    ['a cut connection', () => Promise.reject(new TypeError('fetch failed'))],
    [
      'a service without its database',
      () => Response.json(unavailable, { status: 503, headers: graphqlType }),
    ],
  ])('reports %s as a typed error and keeps the session', async (_name, fault) => {
    const { me, browser, auth, signedOut } = await open('HYBRID')
    browser.fault = fault
    const error = await me().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(GatehouseUnavailable)
    expect(toUnavailable(error)).toBe(error)
    expect([auth.signedIn, signedOut]).toEqual([true, []])
  })

  it('keeps the headers that the application has set', async () => {
    const { apollo, browser } = await open('BODY', { now: () => 0 })
    test.clock.advance(expirySeconds)
    await apollo.query({ query: MeDocument, context: { headers: { 'x-trace': '7' } } })
    const sent = browser.seen.filter(({ query }) => query.includes('Me'))
    expect(sent.map(({ headers }) => headers.get('x-trace'))).toEqual(['7', '7'])
    expect(new Set(sent.map(({ headers }) => headers.get('authorization'))).size).toBe(2)
  })
})

const graphqlType = { 'content-type': 'application/graphql-response+json' }
const unavailable = {
  data: { me: null },
  errors: [{ message: 'Not now.', extensions: { code: 'UNAVAILABLE', retryAfterSeconds: 3 } }],
}

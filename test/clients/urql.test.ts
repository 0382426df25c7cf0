import { cacheExchange, createClient, fetchExchange } from '@urql/core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type AuthClient, GatehouseUnavailable, toUnavailable } from '../../src/clients/client.ts'
import {
  LoginDocument,
  LogoutDocument,
  MeDocument,
  UpdateProfileDocument,
} from '../../src/clients/documents.ts'
import { createAuthExchange } from '../../src/clients/urql.ts'
import { createTestApp, goodPassword, type TestApp } from '../support/test-app.ts'
import type { Browser } from './support/browser.ts'
import { expirySeconds, openSignedIn } from './support/signed-in.ts'

let test: TestApp

beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

function openUrql(auth: AuthClient, browser: Browser) {
  const urql = createClient({
    url: 'http://localhost:4000/graphql',
    fetch: browser.fetch,
    preferGetMethod: false,
    exchanges: [cacheExchange, createAuthExchange(auth), fetchExchange],
  })
  const me = (context = {}) =>
    urql.query(MeDocument, {}, { requestPolicy: 'network-only', ...context }).toPromise()
  return { urql, me }
}

async function open(transport: 'BODY' | 'COOKIE' | 'HYBRID', options = {}) {
  const page = await openSignedIn(test, transport, options)
  return { ...page, ...openUrql(page.auth, page.browser) }
}

describe.each(['BODY', 'COOKIE', 'HYBRID'] as const)('urql with %s', (transport) => {
  it.each([
    ['by the clock', {}, 20],
    ['by the service', { now: () => 0 }, 40],
  ])('makes one refresh for 20 operations that expire %s', async (_how, options, sent) => {
    const { urql, browser, email } = await open(transport, options)
    test.clock.advance(expirySeconds)
    // urql asks equal queries once: these differ.
    const queries = Array.from({ length: 20 }, (_, n) => `query Me${n} { me { email } }`)
    const answers = await Promise.all(queries.map((query) => urql.query(query, {}).toPromise()))
    expect(answers.map(({ data }) => data?.me.email)).toEqual(Array.from({ length: 20 }, () => email))
    expect(browser.count('refresh')).toBe(1)
    expect(browser.count('me')).toBe(sent)
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
    const { urql, auth, browser, email, signedOut } = await open(transport)
    await urql.mutation(LogoutDocument, {}).toPromise()
    expect(signedOut).toEqual(['SIGNED_OUT'])
    const input = { identifier: email, password: goodPassword }
    const { data } = await urql.mutation(LoginDocument, { input }).toPromise()
    expect(data?.login?.__typename).toBe('LoginSuccess')
    expect(browser.seen.at(-1)?.headers.has('authorization')).toBe(false)
    expect(auth.signedIn).toBe(true)
    const renamed = await urql.mutation(UpdateProfileDocument, { input: { firstName: 'Ada' } }).toPromise()
    expect(renamed.data?.updateProfile).toMatchObject({ user: { firstName: 'Ada' } })
  })

  it('repeats once only', async () => {
    const { me, browser } = await open(transport)
    const extensions = { code: 'UNAUTHENTICATED', reason: 'TOKEN_EXPIRED' }
    browser.fault = ({ query }) =>
      query.includes('Me')
        ? Response.json({ data: { me: null }, errors: [{ message: 'Expired.', extensions }] })
        : undefined
    const { error } = await me()
    expect(error?.graphQLErrors).toMatchObject([{ extensions }])
    expect(browser.count('Me')).toBe(2)
    expect(browser.count('refresh')).toBe(1)
  })
})

describe('urql', () => {
  it.each([
    ['COOKIE', 0],
    ['COOKIE', expirySeconds],
    ['HYBRID', 0],
    ['HYBRID', expirySeconds],
  ] as const)('goes on after a reload with %s, %s seconds later', async (transport, seconds) => {
    const { browser, email } = await openSignedIn(test, transport)
    test.clock.advance(seconds)
    const loaded = openUrql(browser.tab({ channel: null }).auth, browser)
    const { error } = await loaded.urql
      .mutation(UpdateProfileDocument, { input: { firstName: 'Ada' } })
      .toPromise()
    expect(error).toBeUndefined()
    expect((await loaded.me()).data?.me).toMatchObject({ email, firstName: 'Ada' })
  })

  it.each([
    ['a 503', () => new Response('Bad gateway', { status: 503 })],
    [
      'a page of HTML',
      () => new Response('<title>Wi-Fi</title>', { headers: { 'content-type': 'text/html' } }),
    ],
    ['a cut connection', () => Promise.reject(new TypeError('fetch failed'))],
    ['a service without its database', () => Response.json(unavailable, { status: 503 })],
  ])('reports %s as a typed error and keeps the session', async (_name, fault) => {
    const { me, browser, auth, signedOut } = await open('HYBRID')
    browser.fault = fault
    const { error } = await me()
    expect(error?.networkError).toBeInstanceOf(GatehouseUnavailable)
    expect(toUnavailable(error)).toBe(error?.networkError)
    expect([auth.signedIn, signedOut]).toEqual([true, []])
  })

  it('reports an outage during a refresh as a typed error', async () => {
    const { me, browser, email } = await open('HYBRID')
    test.clock.advance(expirySeconds)
    browser.fault = () => new Response('Bad gateway', { status: 503 })
    expect((await me()).error?.networkError).toBeInstanceOf(GatehouseUnavailable)
    browser.fault = () => undefined
    expect((await me()).data?.me).toMatchObject({ email })
  })

  it('keeps the headers that the application has set', async () => {
    const { me, browser } = await open('BODY', { now: () => 0 })
    test.clock.advance(expirySeconds)
    await me({ fetchOptions: { headers: { 'x-trace': '7' } } })
    const sent = browser.seen.filter(({ query }) => query.includes('Me'))
    expect(sent.map(({ headers }) => headers.get('x-trace'))).toEqual(['7', '7'])
    expect(new Set(sent.map(({ headers }) => headers.get('authorization'))).size).toBe(2)
  })
})

const unavailable = {
  data: { me: null },
  errors: [{ message: 'Not now.', extensions: { code: 'UNAVAILABLE', retryAfterSeconds: 3 } }],
}

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { GatehouseUnavailable, toUnavailable } from '../../src/clients/client.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'
import { Browser, type Fault } from './support/browser.ts'
import { expirySeconds, meText, openSignedIn } from './support/signed-in.ts'

let test: TestApp

beforeAll(async () => {
  test = await createTestApp()
})
afterAll(() => test.close())

const unavailable = {
  errors: [{ message: 'Not now.', extensions: { code: 'UNAVAILABLE', retryAfterSeconds: 3 } }],
}
const faults: readonly [string, Fault, object][] = [
  [
    'a 503 of the service',
    () => Response.json(unavailable, { status: 503 }),
    { reason: 'UNAVAILABLE', status: 503, retryAfterSeconds: 3 },
  ],
  [
    'a 503 of a proxy, in HTML',
    () => new Response('<h1>Bad gateway</h1>', { status: 503, headers: { 'retry-after': '7' } }),
    { reason: 'NOT_GRAPHQL', status: 503, retryAfterSeconds: 7 },
  ],
  [
    'a page of HTML with 200',
    () => new Response('<title>Sign in to the Wi-Fi</title>'),
    { reason: 'NOT_GRAPHQL', status: 200, retryAfterSeconds: null },
  ],
  [
    'a cut connection',
    () => Promise.reject(new TypeError('fetch failed')),
    { reason: 'NETWORK', status: null, retryAfterSeconds: null },
  ],
  [
    '429',
    () =>
      Response.json(
        { errors: [{ message: 'Slowly.', extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 9 } }] },
        { status: 429 },
      ),
    { reason: 'RATE_LIMITED', status: 429, retryAfterSeconds: 9 },
  ],
]

describe.each(faults)('%s', (_name, fault, expected) => {
  it('is reported as a typed error, and the session continues', async () => {
    const { auth, browser, signedOut, email } = await openSignedIn(test, 'HYBRID')
    browser.fault = fault
    const error = await auth.request(meText).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(GatehouseUnavailable)
    expect(error).toMatchObject(expected)
    browser.fault = () => undefined
    expect((await auth.request(meText)).data).toEqual({ me: { email } })
    expect(signedOut).toEqual([])
  })

  it('during a refresh is reported as a typed error, and the session continues', async () => {
    const { auth, browser, signedOut, email } = await openSignedIn(test, 'HYBRID')
    test.clock.advance(expirySeconds)
    browser.fault = fault
    const error = await auth.request(meText).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(GatehouseUnavailable)
    expect(browser.count('me')).toBe(0)
    browser.fault = () => undefined
    expect((await auth.request(meText)).data).toEqual({ me: { email } })
    expect(signedOut).toEqual([])
  })

  it('in the way of a refresh ahead of time is no reason to wait', async () => {
    const { auth, browser, email } = await openSignedIn(test, 'HYBRID')
    test.clock.advance(15 * 60 - 10)
    browser.fault = (seen) => (seen.query.includes('refresh(') ? fault(seen) : undefined)
    expect((await auth.request(meText)).data).toEqual({ me: { email } })
    const refreshes = browser.count('refresh')
    expect((await auth.request(meText)).data).toEqual({ me: { email } })
    expect(browser.count('refresh')).toBe(refreshes)
  })

  it('keeps the session of a user whose sign-out failed', async () => {
    const { auth, browser } = await openSignedIn(test, 'COOKIE')
    browser.fault = fault
    await expect(auth.signOut()).rejects.toThrow(GatehouseUnavailable)
    expect(auth.signedIn).toBe(true)
  })
})

describe('a service that never responds', () => {
  it('is reported after requestTimeoutMs, and the request is aborted', async () => {
    const aborted: unknown[] = []
    const hang: typeof fetch = (_url, init) =>
      new Promise((_resolve, reject) => {
        const { signal } = init ?? {}
        if (!signal) return reject(new DOMException('The request could wait for ever.', 'AbortError'))
        signal.addEventListener('abort', () => {
          aborted.push(signal.reason)
          reject(signal.reason)
        })
      })
    const { auth } = new Browser(test, 'BODY').tab({ fetch: hang, requestTimeoutMs: 50 })
    const error = await auth.request(meText).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(GatehouseUnavailable)
    expect(error).toMatchObject({ reason: 'NETWORK', status: null })
    expect(aborted).toMatchObject([{ name: 'TimeoutError' }])
  })
})

describe('a refresh', () => {
  it('whose answer was lost is asked for again at once', async () => {
    const { auth, browser, email } = await openSignedIn(test, 'HYBRID')
    let lost = 0
    browser.lose = ({ query }) => query.includes('refresh(') && ++lost === 1
    test.clock.advance(expirySeconds)
    expect((await auth.request(meText)).data).toEqual({ me: { email } })
    expect(browser.count('refresh')).toBe(2)
  })

  it('of which there were too many keeps the session', async () => {
    const { auth, browser, signedOut } = await openSignedIn(test, 'BODY')
    const refresh = { __typename: 'AuthRateLimitedProblem', code: 'RATE_LIMITED', retryAfterSeconds: 12 }
    browser.fault = () => Response.json({ data: { refresh } })
    await expect(auth.refresh()).rejects.toMatchObject({ reason: 'RATE_LIMITED', retryAfterSeconds: 12 })
    expect([auth.signedIn, signedOut]).toEqual([true, []])
  })
})

describe('toUnavailable', () => {
  it.each([
    ['a part of an answer', { data: {}, ...unavailable }, { reason: 'UNAVAILABLE', retryAfterSeconds: 3 }],
    [
      'a problem',
      { code: 'RATE_LIMITED', retryAfterSeconds: 4 },
      { reason: 'RATE_LIMITED', retryAfterSeconds: 4 },
    ],
  ])('reads %s', (_name, value, expected) => {
    expect(toUnavailable(value)).toMatchObject(expected)
  })

  it.each([
    [null],
    [undefined],
    ['UNAVAILABLE'],
    [{}],
    [{ errors: [null, { extensions: { code: 'FORBIDDEN' } }] }],
    [new DOMException('Aborted.', 'AbortError')],
  ])('knows that %s is none', (value) => {
    expect(toUnavailable(value)).toBeNull()
  })

  it('leaves a request that was aborted alone', async () => {
    const { auth, browser } = await openSignedIn(test, 'BODY')
    const stop = new AbortController()
    browser.fault = () => {
      stop.abort()
      throw stop.signal.reason
    }
    await expect(auth.request(meText, {}, stop.signal)).rejects.toMatchObject({ name: 'AbortError' })
  })
})

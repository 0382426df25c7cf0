import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { watchSession } from '../../src/clients/client.ts'
import { eventStream, loggedIn, openBehindGateway, refreshed } from './support/gateway.ts'
import { loginText } from './support/signed-in.ts'

describe('what other subgraphs answer', () => {
  it('is not taken for a token of Gatehouse because of its name', async () => {
    const kept: string[] = []
    const { auth } = openBehindGateway(
      ({ query }) => {
        if (query.includes('login')) return loggedIn()
        return Response.json({ data: { saveTheme: { tokens: [{ name: 'blue' }], deviceToken: 'apns' } } })
      },
      { deviceTokens: { read: () => null, write: (token) => void kept.push(token) } },
    )
    await auth.request(loginText, { input: {} })
    await auth.request('mutation { saveTheme { tokens { name } deviceToken } }')
    expect(auth.requestOptions(auth.readCall('{ me }')).headers).toEqual({ authorization: 'Bearer A' })
    expect(kept).toEqual(['ghd_1'])
  })

  it('is asked for once, when a part of it was done', async () => {
    let orders = 0
    const { auth } = openBehindGateway(({ query }) => {
      if (query.includes('login')) return loggedIn()
      if (query.includes('refresh')) return refreshed()
      orders += 1
      const extensions = { code: 'UNAUTHENTICATED', reason: 'TOKEN_REVOKED' }
      const errors = [{ message: 'Revoked.', path: ['updateProfile'], extensions }]
      return Response.json({ data: { createOrder: { id: orders }, updateProfile: null }, errors })
    })
    await auth.request(loginText, { input: {} })
    const answer = await auth.request('mutation { createOrder { id } updateProfile { __typename } }')
    expect([orders, answer.data]).toEqual([1, { createOrder: { id: 1 }, updateProfile: null }])
    expect(auth.requestOptions(auth.readCall('{ me }')).headers).toEqual({ authorization: 'Bearer B' })
  })
})

describe('over time', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    vi.spyOn(AbortSignal, 'timeout').mockImplementation((ms) => {
      const controller = new AbortController()
      setTimeout(() => controller.abort(new DOMException('Too late.', 'TimeoutError')), ms)
      return controller.signal
    })
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })

  it('a refresh whose answers get stuck is tried for the last time within the grace window', async () => {
    const at: number[] = []
    const { auth } = openBehindGateway(({ query, signal }) => {
      if (query.includes('login')) return loggedIn()
      at.push(Date.now())
      return new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason))
      })
    })
    await auth.request(loginText, { input: {} })
    const refreshing = auth.refresh().catch((error: { reason: string }) => error.reason)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(await refreshing).toBe('NETWORK')
    expect(at).toHaveLength(3)
    expect(Number(at.at(-1)) - Number(at[0])).toBeLessThan(8_000)
    expect(auth.signedIn).toBe(true)
  })

  it('a request without a signal ends after 30 seconds, and the session is kept', async () => {
    const { auth } = openBehindGateway(({ query, signal }) => {
      if (query.includes('login')) return loggedIn()
      return new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason))
      })
    })
    await auth.request(loginText, { input: {} })
    for (const send of [() => auth.request('{ me { id } }'), () => auth.signOut()]) {
      const failing = send().catch((error: { reason: string }) => error.reason)
      await vi.advanceTimersByTimeAsync(29_000)
      expect(await Promise.race([failing, 'waiting'])).toBe('waiting')
      await vi.advanceTimersByTimeAsync(1_000)
      expect(await failing).toBe('NETWORK')
      expect(auth.signedIn).toBe(true)
    }
  })

  /** How often events were asked for while a page listened. */
  async function listenFor(seconds: number, answer: (count: number) => Response) {
    const at: number[] = []
    const { auth } = openBehindGateway(({ query }) => {
      if (query.includes('login')) return loggedIn()
      at.push(Date.now())
      return answer(at.length)
    })
    await auth.request(loginText, { input: {} })
    const stop = watchSession(auth, { locks: null })
    await vi.advanceTimersByTimeAsync(seconds * 1000)
    stop()
    return at
  }
  const refused = (extensions: object) => eventStream({ errors: [{ message: 'No.', extensions }] })

  it('events that are refused for good are asked for ever less often', async () => {
    const at = await listenFor(60, () => refused({ code: 'UNAUTHENTICATED' }))
    expect(at.length).toBeLessThan(12)
  })

  it('more patience than a timer has is kept, too', async () => {
    const at = await listenFor(60, () => refused({ code: 'RATE_LIMITED', retryAfterSeconds: 3_000_000 }))
    expect(at).toHaveLength(1)
  })

  it('a stream that was good and is cut is opened again at once, however often', async () => {
    const at = await listenFor(600, () => {
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(new TextEncoder().encode(':\n\n'))
          setTimeout(() => controller.error(new TypeError('network error')), 20_000)
        },
      })
      return new Response(body, { headers: { 'content-type': 'text/event-stream' } })
    })
    const pauses = at.slice(1).map((time, index) => time - Number(at[index]) - 20_000)
    expect(Math.max(...pauses)).toBeLessThan(1_100)
  })
})

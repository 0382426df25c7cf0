import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { Actor } from '../support/actor.ts'
import { EventStream } from '../support/event-stream.ts'
import { signUp } from '../support/people.ts'
import { pause } from '../support/stopwatch.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'
import { type LiveServer, startServer } from './support/raw-socket.ts'

const query = 'subscription { sessionEvents { type } }'

let test: TestApp
let server: LiveServer
beforeAll(async () => {
  test = await createTestApp()
  server = await startServer(test.app)
})
afterAll(async () => {
  await server.close()
  await test.close()
})
// Comments every 12 s, as in production: what hangs on them shows.
beforeAll(() => void vi.stubEnv('NODE_ENV', 'production'))
afterAll(() => void vi.unstubAllEnvs())

const clients: AbortController[] = []
afterEach(() => {
  for (const client of clients.splice(0)) client.abort()
})

async function listen(accessToken: string): Promise<EventStream> {
  const client = new AbortController()
  clients.push(client)
  const response = await fetch(`http://127.0.0.1:${server.port}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'text/event-stream',
      ...Actor.bearer(accessToken),
    },
    body: JSON.stringify({ query }),
    signal: client.signal,
  })
  return new EventStream(response)
}

/** Whether a stream goes on; one that is refused says so and ends. */
async function isAdmitted(stream: EventStream): Promise<boolean> {
  await Promise.race([stream.end(), pause(300)])
  return !stream.ended
}

describe('an answer as events', () => {
  it('is neither cached nor buffered by proxies, for any result', async () => {
    const accept = { accept: 'text/event-stream' }
    const login = 'mutation { login(input: { identifier: "a", password: "b" }) { __typename } }'
    for (const document of [query, '{ __typename }', '{ nope }', login]) {
      const response = await test.actor().send({ query: document }, accept)
      await new EventStream(response).end()
      const { headers } = response
      expect(headers.get('content-type')).toBe('text/event-stream')
      expect([document, headers.get('cache-control')]).toEqual([document, 'no-store'])
      expect(headers.get('x-accel-buffering')).toBe('no')
    }
    const { headers } = await test.actor().send({ query: '{ __typename }' }, {})
    expect([headers.get('cache-control'), headers.get('x-accel-buffering')]).toEqual(['no-store', null])
  })
})

describe('a stream of events on a socket', () => {
  it('gives its place back as soon as its client has gone', async () => {
    const { accessToken } = await signUp(test.actor())
    let opened = 0
    while (opened < 50 && (await isAdmitted(await listen(accessToken)))) opened += 1
    expect(opened).toBeLessThan(50)
    for (const client of clients.splice(0)) client.abort()
    await pause(1000)
    expect(await isAdmitted(await listen(accessToken))).toBe(true)
  })
})

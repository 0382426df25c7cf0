import { describe, expect, it } from 'vitest'
import { actorAt, aliases, budgetsOf, freshAddress, limitedApps } from '../support/limits.ts'
import { askLogin, signUp } from '../support/people.ts'
import type { TestApp } from '../support/test-app.ts'

const open = limitedApps()
const strict = () =>
  open({ RATE_LIMIT_QUERY: '5/1h', FLOOD_REFUSALS: '10', CORS_ORIGINS: 'https://app.example.com' })

const image = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }
const simpleTypes = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=a', '']

interface Sent {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** A request as a browser sends it for a page, from an address. */
function send(test: TestApp, address: string, path: string, { method = 'GET', headers = {}, body }: Sent) {
  const request = new Request(new URL(path, 'http://localhost:4000'), {
    method,
    headers: { 'x-forwarded-for': address, ...headers },
    ...(body === undefined ? {} : { body: new TextEncoder().encode(body) }),
  })
  return test.app.fetch(request, { peerAddress: '192.0.2.7' })
}

/** Expects that the address has its whole budget and is not blocked. */
async function expectUntouched(test: TestApp, address: string): Promise<void> {
  const answer = await actorAt(test, address).ask('{ me { id } }')
  expect(answer.data).toEqual({ me: null })
  expect(budgetsOf(answer)).toMatchObject({ query: { max: 5, remaining: 4 } })
}

describe('a page of another site', () => {
  it('cannot keep its visitor from signing in', async () => {
    const test = await open({ FLOOD_REFUSALS: '50' })
    const address = freshAddress()
    const ada = await signUp(actorAt(test))
    for (let count = 0; count < 12; count += 1) {
      const query = encodeURIComponent(aliases(30))
      const response = await send(test, address, `/graphql?query=${query}`, { headers: image })
      expect(response.status).toBe(403)
      expect(response.headers.get('ratelimit')).toBeNull()
    }
    expect(await askLogin(actorAt(test, address), ada.email)).toMatchObject({ __typename: 'LoginSuccess' })
  })

  it.each([
    ['an image', image],
    ['a frame', { ...image, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }],
    ['a link', { ...image, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }],
    ['an image of a sibling domain', { ...image, 'sec-fetch-site': 'same-site' }],
    ['a script that reads nothing', { origin: 'https://evil.example', ...image, 'sec-fetch-dest': 'empty' }],
    ['a sandboxed frame', { origin: 'null', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' }],
  ])('spends nothing of its visitor by %s, at any endpoint', async (_what, headers) => {
    const test = await strict()
    const address = freshAddress()
    for (const path of [`/graphql?query=${encodeURIComponent(aliases(30))}`, '/revocations'])
      for (let count = 0; count < 12; count += 1)
        expect([path, (await send(test, address, path, { headers })).status]).toEqual([path, 403])
    await expectUntouched(test, address)
  })

  it('spends nothing of its visitor by a form or a script', async () => {
    const test = await strict()
    const address = freshAddress()
    const foreign = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    const form = 'application/x-www-form-urlencoded'
    for (let count = 0; count < 6; count += 1) {
      for (const type of [...simpleTypes, 'application/json']) {
        const headers = { ...foreign, ...(type === '' ? {} : { 'content-type': type }) }
        const sent = { method: 'POST', headers, body: JSON.stringify({ query: aliases(30) }) }
        expect([type, (await send(test, address, '/graphql', sent)).status]).toEqual([type, 403])
      }
      for (const path of ['/oauth2/revoke', '/oauth2/introspect']) {
        const sent = { method: 'POST', headers: { ...foreign, 'content-type': form }, body: 'token=a' }
        expect([path, (await send(test, address, path, sent)).status]).toEqual([path, 403])
      }
      expect((await send(test, address, '/revocations', { method: 'HEAD', headers: foreign })).status).toBe(
        403,
      )
    }
    await expectUntouched(test, address)
  })

  it('spends nothing of a visitor whose browser names neither origin nor site', async () => {
    const test = await strict()
    const address = freshAddress()
    for (const type of simpleTypes) {
      for (let count = 0; count < 6; count += 1) {
        const headers: Record<string, string> = type === '' ? {} : { 'content-type': type }
        const sent = { method: 'POST', headers, body: JSON.stringify({ query: aliases(30) }) }
        expect([type, (await send(test, address, '/graphql', sent)).status]).toEqual([type, 415])
      }
    }
    await expectUntouched(test, address)
  })

  it('spends nothing of its visitor by a domain that points to the service', async () => {
    const test = await strict()
    const address = freshAddress()
    for (let count = 0; count < 12; count += 1) {
      const headers = { host: 'evil.example', origin: 'http://evil.example', 'sec-fetch-site': 'same-origin' }
      expect((await send(test, address, '/graphql?query={me{id}}', { headers })).status).toBe(421)
    }
    await expectUntouched(test, address)
  })
})

describe('a page of an allowed origin', () => {
  it('is served and charged across sites', async () => {
    const test = await strict()
    const address = freshAddress()
    const headers = {
      origin: 'https://app.example.com',
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'cors',
    }
    const query = `/graphql?query=${encodeURIComponent('{ me { id } }')}`
    const response = await send(test, address, query, { headers })
    expect([response.status, response.headers.get('ratelimit')]).toEqual([
      200,
      expect.stringMatching(/"query";r=4;/),
    ])
    expect(budgetsOf(await actorAt(test, address, headers).ask('{ me { id } }'))).toMatchObject({
      query: { remaining: 3 },
    })
  })
})

import { describe, expect, it } from 'vitest'
import { base, createTestHttpApp } from './support/test-http-app.ts'

const app = createTestHttpApp()
const mutation = { query: 'mutation { touch }' }
const cookie = '__Host-gatehouse-refresh=ghr_abc'
const allowed = 'https://app.example.com'
const foreign = [
  'https://evil.example',
  'null',
  'https://app.example.com.evil.example',
  'http://app.example.com',
  'https://APP.example.com',
  '',
]

function preflight(origin: string, headers: Record<string, string> = {}, called = app) {
  return called.fetch(
    new Request(`${base}/graphql`, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST', ...headers },
    }),
  )
}

describe('CORS', () => {
  it('answers a preflight of a listed origin', async () => {
    const response = await preflight(allowed, {
      'access-control-request-headers': 'content-type,x-csrf-token',
    })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe(allowed)
    expect(response.headers.get('access-control-allow-credentials')).toBe('true')
    expect(response.headers.get('access-control-allow-methods')).toBe('GET, POST')
    expect(response.headers.get('access-control-allow-headers')).toContain('x-csrf-token')
    expect(response.headers.get('access-control-max-age')).toBe('600')
    expect(response.headers.get('vary')).toContain('Origin')
  })

  it.each([
    'sentry-trace,baggage',
    'traceparent,tracestate',
    'x-datadog-trace-id, x-datadog-origin',
    'apollographql-client-name,apollographql-client-version',
    'apollo-require-preflight',
    'graphql-client-name',
    'X-Custom_1.2~3',
  ])('allows %s to a listed origin, and to no other', async (names) => {
    const requested = { 'access-control-request-headers': names }
    const list = (await preflight(allowed, requested)).headers
      .get('access-control-allow-headers')
      ?.split(', ')
    for (const name of names.toLowerCase().split(/, ?/)) expect(list).toContain(name)
    for (const name of ['content-type', 'authorization', 'x-csrf-token']) expect(list).toContain(name)
    expect(new Set(list).size).toBe(list?.length)
    for (const origin of foreign) {
      const { headers } = await preflight(origin, requested)
      expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
    }
  })

  it.each([
    'x-a b',
    'x-(a)',
    'x-ä',
    '*, "x"',
    'x'.repeat(101),
    Array.from({ length: 101 }, (_, index) => `x-${index}`).join(','),
  ])('returns nothing of a list that is no list of names: %s', async (names) => {
    const { headers, status } = await preflight(allowed, { 'access-control-request-headers': names })
    expect([status, headers.get('access-control-allow-headers')]).toEqual([
      204,
      'content-type, authorization, x-csrf-token, x-request-id, x-api-key',
    ])
  })

  it('allows exactly CORS_HEADERS, if set, besides its own', async () => {
    const strict = createTestHttpApp({ server: { corsHeaders: ['baggage', 'x-api-key'] } })
    const { headers } = await strict.fetch(
      new Request(`${base}/graphql`, {
        method: 'OPTIONS',
        headers: {
          origin: allowed,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'baggage,sentry-trace',
        },
      }),
    )
    expect(headers.get('access-control-allow-headers')).toBe(
      'content-type, authorization, x-csrf-token, x-request-id, x-api-key, baggage',
    )
  })

  it('gives no CORS header to any other origin', async () => {
    for (const origin of foreign) {
      const answers = [
        await preflight(origin),
        await app.post({ query: '{ hello }' }, { origin, authorization: 'Bearer x' }),
      ]
      for (const { headers } of answers) {
        expect([...headers.keys()].filter((name) => name.startsWith('access-control-'))).toEqual([])
        expect(headers.get('vary')).toContain('Origin')
      }
    }
  })

  it('warns once for each refused origin, and names the variable that allows it', async () => {
    const own = createTestHttpApp()
    for (const origin of [...foreign, ...foreign, allowed]) await preflight(origin, {}, own)
    const warnings = own.lines.filter(({ level }) => level === 'warn')
    expect(warnings.map(({ fields }) => fields.origin)).toEqual([
      'https://evil.example',
      'https://app.example.com.evil.example',
      'http://app.example.com',
    ])
    expect(warnings[0]?.message).toMatch(/add https:\/\/evil\.example to CORS_ORIGINS/)
  })

  it('limits these warnings, whatever origins are sent', async () => {
    const own = createTestHttpApp()
    const invented = Array.from({ length: 150 }, (_, index) => `https://page-${index}.example`)
    for (const origin of [`https://${'a'.repeat(300)}.example`, 'https://e.example/path', ...invented])
      await preflight(origin, {}, own)
    const warned = own.lines.filter(({ level }) => level === 'warn').map(({ fields }) => fields.origin)
    expect(warned).toEqual(invented.slice(0, 100))
  })

  it('exposes what clients need of an answer, also of a refusal', async () => {
    for (const body of [{ query: '{ hello }' }, '{']) {
      const { headers } = await app.post(body, { origin: allowed })
      expect(headers.get('access-control-allow-origin')).toBe(allowed)
      expect(headers.get('access-control-expose-headers')).toBe(
        'Retry-After, RateLimit, RateLimit-Policy, x-request-id',
      )
    }
  })

  it('says which methods there are to a plain OPTIONS', async () => {
    const response = await app.fetch(new Request(`${base}/graphql`, { method: 'OPTIONS' }))
    expect([response.status, response.headers.get('allow')]).toEqual([204, 'GET, POST, OPTIONS'])
  })
})

describe('a mutation that a foreign page makes a browser send', () => {
  it('is refused when it carries a cookie of ours, or no Authorization header', async () => {
    for (const origin of foreign.filter((text) => text !== '')) {
      for (const headers of [{}, { cookie }, { cookie, authorization: 'Bearer x' }]) {
        const response = await app.post(mutation, { origin, ...headers })
        expect(response.status).toBe(403)
        const { errors } = await response.json()
        expect(errors[0].extensions).toEqual({ code: 'FORBIDDEN', reason: 'CSRF' })
      }
    }
    expect(app.seen.mutations).toBe(0)
  })

  it('is refused without Origin when the browser calls it cross-site', async () => {
    expect((await app.post(mutation, { 'sec-fetch-site': 'cross-site', cookie })).status).toBe(403)
    expect((await app.post(mutation, { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
    expect(app.seen.mutations).toBe(0)
  })

  it('cannot read with a cookie by GET either', async () => {
    const headers = { 'sec-fetch-site': 'cross-site', cookie }
    expect((await app.get('/graphql?query={hello}', headers)).status).toBe(403)
    expect((await app.get('/graphql?query={hello}', { 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  })
})

describe('an honest mutation passes', () => {
  it('from listed origins, from this origin, from tools, and from anywhere with nothing but a bearer token', async () => {
    const honest: Record<string, string>[] = [
      { origin: allowed, cookie },
      { origin: base, cookie },
      { cookie },
      {},
      { 'sec-fetch-site': 'same-origin', cookie },
      { 'sec-fetch-site': 'same-site', cookie },
      { origin: 'https://other.example', authorization: 'Bearer x' },
      { origin: 'https://other.example', authorization: 'Bearer x', cookie: 'theirs=1' },
    ]
    for (const headers of honest)
      expect([headers, (await app.post(mutation, headers)).status]).toEqual([headers, 200])
    expect(app.seen.mutations).toBe(honest.length)
  })

  it('from the page of another served host name, which the browser calls same-origin', async () => {
    const headers = { host: '127.0.0.1:4000', origin: 'http://127.0.0.1:4000' }
    expect((await app.post(mutation, { ...headers, 'sec-fetch-site': 'same-origin' })).status).toBe(200)
    expect((await app.post(mutation, { ...headers, 'sec-fetch-site': 'same-site' })).status).toBe(403)
    expect(
      (await app.post(mutation, { origin: 'http://127.0.0.1:4000', 'sec-fetch-site': 'same-origin' })).status,
    ).toBe(403)
  })
})

import { describe, expect, it } from 'vitest'
import { base, createTestHttpApp } from './support/test-http-app.ts'

const app = createTestHttpApp()
const hello = { query: '{ hello }' }
const nested = (depth: number) => '['.repeat(depth) + ']'.repeat(depth)

async function errorOf(response: Response) {
  const { errors, data } = await response.json()
  return { status: response.status, code: errors?.[0]?.extensions?.code, data, count: errors?.length }
}

describe('a GraphQL request', () => {
  it('is answered as JSON with a charset, never stored, with a request id and every security header', async () => {
    const response = await app.post(hello)
    expect(await response.json()).toEqual({ data: { hello: 'world' } })
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('server')).toBeNull()
  })

  it('is answered as application/graphql-response+json where that is preferred', async () => {
    const accept = 'application/json;q=0.5, application/graphql-response+json'
    const response = await app.post(hello, { accept })
    expect(response.headers.get('content-type')).toBe('application/graphql-response+json; charset=utf-8')
  })

  it('is refused before it runs when no answer would be acceptable', async () => {
    for (const accept of ['text/plain', 'application/json;q=0', 'application/json; charset=latin1']) {
      expect((await app.post({ query: 'mutation { touch }' }, { accept })).status).toBe(406)
    }
    expect(app.seen.mutations).toBe(0)
  })

  it('is only taken as JSON in UTF-8, so that no page can send one without a preflight', async () => {
    const types = [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'application/graphql',
      'application/json; charset=latin1',
      'application/json; charset=utf-8; text/plain',
      'text/plain; application/json',
      '',
    ]
    for (const type of types) {
      const response = await app.post(JSON.stringify({ query: 'mutation { touch }' }), {
        'content-type': type,
      })
      expect([type, await errorOf(response)]).toMatchObject([type, { status: 415, code: 'BAD_USER_INPUT' }])
    }
    const form = new URLSearchParams({ query: 'mutation { touch }' })
    expect((await app.fetch(new Request(`${base}/graphql`, { method: 'POST', body: form }))).status).toBe(415)
    expect(app.seen.mutations).toBe(0)
    for (const type of [
      'application/json; charset=utf-8',
      'application/json;charset="UTF-8"',
      'Application/JSON',
    ]) {
      expect((await app.post(hello, { 'content-type': type })).status).toBe(200)
    }
  })

  it('gets 400 and a GraphQL error unless it is a JSON object with a query', async () => {
    const bodies = [
      '',
      '{',
      'null',
      '42',
      '"{ hello }"',
      '[]',
      JSON.stringify([hello, hello]),
      '{}',
      '{"query":null}',
      '{"query":""}',
      '{"query":1}',
      '{"query":{"a":1}}',
      '{"query":"{ hello }","variables":"x"}',
      '{"query":"{ hello }","variables":[]}',
      '{"query":"{ hello }","operationName":1}',
      '{"query":"{ hello }","extensions":1}',
      '{"query":"{ hello }","id":"x"}',
      '{"query":"{ hello }","variables":{"__proto__":{"a":1}}}',
      `{"query":"{ hello }","variables":{"a":${nested(40)}}}`,
      nested(40_000),
    ]
    for (const body of bodies) {
      const error = await errorOf(await app.post(body))
      expect([body.slice(0, 60), error]).toMatchObject([
        body.slice(0, 60),
        { status: 400, code: 'BAD_USER_INPUT' },
      ])
    }
  })

  it('gets 400 for a body that is not UTF-8', async () => {
    const body = Buffer.concat([
      Buffer.from('{"query":"{ hello }","operationName":"'),
      Buffer.from([0xc3, 0x28, 0x22, 0x7d]),
    ])
    const headers = { 'content-type': 'application/json' }
    expect((await app.fetch(new Request(`${base}/graphql`, { method: 'POST', headers, body }))).status).toBe(
      400,
    )
  })

  it('never quotes the body, in the answer or in the log', async () => {
    const response = await app.post('{"query":"{ hello }","variables":{"password":"s3cret-in-the-body"')
    expect(await response.text()).not.toContain('s3cret')
    expect(JSON.stringify(app.lines)).not.toContain('s3cret')
  })

  it('may be 100 kB and no more, whether it says its length or not', async () => {
    const fits = JSON.stringify({ ...hello, variables: { filler: 'x'.repeat(99_900) } })
    expect(fits.length).toBeLessThanOrEqual(100_000)
    expect((await app.post(fits)).status).toBe(200)
    const large = JSON.stringify({ ...hello, variables: { filler: 'x'.repeat(100_000) } })
    expect(await errorOf(await app.post(large))).toMatchObject({ status: 413, code: 'BAD_USER_INPUT' })
    expect((await app.post('{}', { 'content-length': '100001' })).status).toBe(413)
  })

  it('reaches the context once per operation that is valid, and not otherwise', async () => {
    const fresh = createTestHttpApp()
    await fresh.post(hello)
    await fresh.post({ query: '{ nope }' })
    await fresh.post({ query: '{' })
    expect(fresh.seen.contexts).toBe(1)
  })
})

describe('a GET', () => {
  it('runs queries, with variables', async () => {
    const query = encodeURIComponent('query Echo($t: String) { echo(text: $t) }')
    const response = await app.get(`/graphql?query=${query}&variables=${encodeURIComponent('{"t":"hi"}')}`)
    expect(await response.json()).toEqual({ data: { echo: 'hi' } })
  })

  it('runs no mutation, named or not', async () => {
    for (const query of ['mutation { touch }', 'query A { hello } mutation B { touch }']) {
      const response = await app.get(
        `/graphql?operationName=${query.startsWith('query') ? 'B' : ''}&query=${encodeURIComponent(query)}`,
      )
      expect(await errorOf(response)).toMatchObject({ status: 405, code: 'BAD_USER_INPUT' })
      expect(response.headers.get('allow')).toBe('POST')
    }
    expect(app.seen.mutations).toBe(0)
  })

  it('refuses doubled parameters and broken variables', async () => {
    expect((await app.get('/graphql?query={hello}&query={echo}')).status).toBe(400)
    expect((await app.get('/graphql?query={hello}&variables={')).status).toBe(400)
    expect((await app.get('/graphql')).status).toBe(400)
  })
})

describe('other methods and paths', () => {
  it('are 405 with Allow, or 404', async () => {
    for (const method of ['PUT', 'PATCH', 'DELETE', 'HEAD']) {
      const response = await app.fetch(new Request(`${base}/graphql`, { method }))
      expect([method, response.status, response.headers.get('allow')]).toEqual([
        method,
        405,
        'GET, POST, OPTIONS',
      ])
    }
    for (const path of [
      '/nope',
      '/graphql/',
      '/x/graphql',
      '/health',
      '/nope?x=/graphql',
      '/a/health',
      '//graphql',
    ]) {
      expect([path, (await app.get(path)).status]).toEqual([path, 404])
    }
  })

  it('carry the security headers too', async () => {
    const answers = [
      await app.get('/nope'),
      await app.post('{'),
      await app.post('x', { 'content-type': 'text/plain' }),
    ]
    for (const { headers } of [...answers, await app.get('/health/live')]) {
      expect(headers.get('x-content-type-options')).toBe('nosniff')
      expect(headers.get('x-frame-options')).toBe('DENY')
      expect(headers.get('referrer-policy')).toBe('no-referrer')
      expect(headers.get('cross-origin-resource-policy')).toBe('same-site')
      expect(headers.get('content-security-policy')).toBe(
        "default-src 'none'; frame-ancestors 'none'; base-uri 'none'",
      )
      expect(headers.get('strict-transport-security')).toBeNull()
      expect(headers.get('x-request-id')).not.toBeNull()
    }
    const https = createTestHttpApp({ server: { publicUrl: new URL('https://id.example.com') } })
    const hsts = (await https.get('/nope')).headers.get('strict-transport-security')
    expect(hsts).toBe('max-age=31536000; includeSubDomains')
  })
})

import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type EdgeClient, signEdge } from '../../examples/hive-gateway-plugin/sign-edge.ts'
import { useGatehouseEdge } from '../../examples/hive-gateway-plugin/use-gatehouse-edge.ts'
import { MemoryEdgeNonces } from '../../src/adapters/memory/memory-edge-nonces.ts'
import type { EdgeNonces } from '../../src/domain/origin/edge-nonces.ts'
import type { Infrastructure } from '../../src/infrastructure/infrastructure.ts'
import { noMetrics } from '../../src/lib/observation/metrics.ts'
import { createTestApp, type TestApp } from '../support/test-app.ts'

const key = { id: 'gateway', secret: 'a-secret-of-the-gateway-0123456789' }
const next = { id: 'next', secret: 'the-next-one-of-the-gateway-987654' }
const env = {
  NODE_ENV: 'development',
  GATEWAY_SECRETS: `${key.id}:${key.secret},${next.id}:${next.secret}`,
  METRICS_TOKEN: 'a-token-of-those-who-look-at-metrics',
}
const client = { address: '198.51.100.7', userAgent: 'Phone/1', origin: 'http://localhost:4000' }
const body = JSON.stringify({
  query:
    '{ gatewayDiagnostics { clientAddress clientAddressSource userAgent origin edgeSignature cookieReceived authorizationReceived warnings } }',
})
const peerAddress = '192.0.2.200'

describe('a gateway that signs', () => {
  let test: TestApp
  beforeAll(async () => {
    test = await createTestApp({ env })
  })
  afterAll(() => test.close())

  const sign = (changes: Partial<EdgeClient> = {}, signer = key, text = body, aheadMs = 0) =>
    signEdge(signer, { ...client, ...changes }, text, test.clock.now().getTime() + aheadMs)
  const ask = (header: string | null, text = body, headers: Record<string, string> = {}, app = test) =>
    send(app, { ...(header === null ? {} : { 'x-gatehouse-edge': header }), ...headers }, text)

  it('is believed about address, user agent and origin, by each of its secrets', async () => {
    for (const signer of [key, next]) {
      expect(await ask(sign({}, signer))).toMatchObject({
        clientAddress: client.address,
        clientAddressSource: 'SIGNED_EDGE',
        userAgent: client.userAgent,
        origin: client.origin,
        edgeSignature: 'VALID',
      })
    }
  })

  it('may say that it does not know', async () => {
    const said = await ask(sign({ address: null, userAgent: null, origin: null }))
    expect(said).toMatchObject({ clientAddress: null, userAgent: null, origin: null, edgeSignature: 'VALID' })
    expect(said.warnings.join()).toContain('address of the client is unknown')
  })

  it('names an address that is none: then it is unknown', async () => {
    expect(await ask(sign({ address: 'localhost, 10.0.0.1' }))).toMatchObject({ clientAddress: null })
  })

  it('is accepted for half a minute in either direction; afterwards limits count an unknown address, not that of the gateway', async () => {
    for (const [aheadMs, state] of [
      [-29_000, 'VALID'],
      [29_000, 'VALID'],
      [-31_000, 'EXPIRED'],
      [31_000, 'EXPIRED'],
    ] as const) {
      const said = await ask(sign({}, key, body, aheadMs))
      expect([aheadMs, said.edgeSignature]).toEqual([aheadMs, state])
      expect(said.clientAddress).toBe(state === 'VALID' ? client.address : null)
      expect(said.userAgent).toBe(state === 'VALID' ? client.userAgent : 'Gateway/1')
    }
  })

  it('with a clock that is off does not have all of its clients blocked for what one does', async () => {
    const other = await createTestApp({
      env: { ...env, RATE_LIMITS: 'on', RATE_LIMIT_LOGIN_ADDRESS: '1/1m' },
    })
    const text = JSON.stringify({
      query: 'mutation { login(input: { identifier: "nobody@example.com", password: "x" }) { __typename } }',
    })
    const login = async (n: number) => {
      const sender = { ...client, address: `198.51.100.${n}` }
      const header = signEdge(key, sender, text, other.clock.now().getTime() - 31_000)
      return (await answer(other, { 'x-gatehouse-edge': header }, text)).data.login.__typename
    }
    expect([await login(1), await login(2)]).toEqual([
      'InvalidCredentialsProblem',
      'InvalidCredentialsProblem',
    ])
    const alerts = other.log.filter((line) => line.includes('GATEWAY_CLOCK'))
    expect(alerts.map((line) => JSON.parse(line).details)).toEqual([{ secondsBehind: 31, keyId: key.id }])
    await other.close()
  })

  it('that has been captured serves no other body when it is old, either', async () => {
    const old = sign({}, key, body, -3_600_000)
    expect(await ask(old, body.replace('{', '{ "operationName": null,'))).toMatchObject({
      edgeSignature: 'INVALID',
      clientAddress: peerAddress,
    })
  })

  it('is believed once by all replicas, also where their clocks are seconds apart', async () => {
    const edgeNonces = new MemoryEdgeNonces({ clock: test.clock })
    const infrastructure = (opened: Infrastructure) => ({ ...opened, edgeNonces })
    const ahead = await createTestApp({ env, infrastructure, clock: test.clock })
    const behind = await createTestApp({ env, infrastructure })
    behind.clock.jump((test.clock.now().getTime() - behind.clock.now().getTime()) / 1000 - 8)
    const header = sign({}, key, body, 29_900)
    expect(await ask(header, body, {}, ahead)).toMatchObject({ edgeSignature: 'VALID' })
    for (const { clock } of [ahead, behind]) clock.advance(62)
    expect(await ask(header, body, {}, behind)).toMatchObject({ edgeSignature: 'INVALID' })
    await Promise.all([ahead.close(), behind.close()])
  })

  it('is believed once, also at the end of its half minute and when both come at once', async () => {
    const header = sign({}, key, body, 29_000)
    const both = await Promise.all([ask(header), ask(header)])
    expect(both.map((said) => said.edgeSignature).toSorted()).toEqual(['INVALID', 'VALID'])
    test.clock.advance(58)
    expect(await ask(header)).toMatchObject({ edgeSignature: 'INVALID', clientAddress: peerAddress })
  })

  it('signs one body: another one, or another question of a GET, is not its', async () => {
    expect(await ask(sign(), body.replace('{', '{ "operationName": null,'))).toMatchObject({
      edgeSignature: 'INVALID',
      clientAddress: peerAddress,
    })
    const query = `query=${encodeURIComponent('{ gatewayDiagnostics { edgeSignature } }')}`
    const get = async (signed: string) => {
      const headers = { 'x-gatehouse-edge': sign({}, key, signed) }
      const request = new Request(`http://localhost:4000/graphql?${query}`, { headers })
      return (await (await test.app.fetch(request, { peerAddress })).json()).data.gatewayDiagnostics
    }
    expect(await get(query)).toEqual({ edgeSignature: 'VALID' })
    expect(await get(`${query}&x`)).toEqual({ edgeSignature: 'INVALID' })
  })

  it('cannot be forged', async () => {
    const [version, id, claims, mac] = sign().split('.')
    const forged = [
      'v1',
      '',
      `${version}.${id}.${claims}`,
      `v2.${id}.${claims}.${mac}`,
      `${version}.next.${claims}.${mac}`,
      `${version}.nobody.${claims}.${mac}`,
      `${version}.${id}.${claims}.${'A'.repeat(43)}`,
      `${version}.${id}.${claims}x.${mac}`,
      `${sign()}, ${sign()}`,
      signEdge({ ...key, secret: `${key.secret}5` }, client, body),
      `v1.gateway.${'A'.repeat(9000)}.${mac}`,
    ]
    for (const header of forged) {
      expect([header, await ask(header)]).toMatchObject([
        header,
        { edgeSignature: 'INVALID', clientAddress: peerAddress, userAgent: 'Gateway/1' },
      ])
    }
  })

  it('is distinguished from foreign pages by the signed origin', async () => {
    const request = (origin: string) => {
      const text = JSON.stringify({ query: 'mutation { logout { __typename } }' })
      const headers = { 'x-gatehouse-edge': sign({ origin }, key, text), 'content-type': 'application/json' }
      return new Request('http://localhost:4000/graphql', { method: 'POST', headers, body: text })
    }
    const statusOf = async (origin: string) => (await test.app.fetch(request(origin), { peerAddress })).status
    expect(await statusOf('https://evil.example')).toBe(403)
    expect(await statusOf('http://localhost:4000')).toBe(200)
  })

  it('is counted when it was ignored', async () => {
    const { infrastructure, counted } = counting()
    const other = await createTestApp({ env, infrastructure })
    await ask('v1.forged', body, {}, other)
    const header = signEdge(key, client, body, other.clock.now().getTime())
    await ask(header, body, {}, other)
    await ask(header, body, {}, other)
    await ask(signEdge(key, client, body, 0), body, {}, other)
    await ask(signEdge(key, client, 'other', other.clock.now().getTime()), body, {}, other)
    expect(counted).toEqual(['forged', 'replayed', 'stale', 'altered'])
    await other.close()
  })

  it('is not accepted if it cannot be checked for a replay; then the address is unknown', async () => {
    const edgeNonces: EdgeNonces = { insert: () => Promise.reject(new Error('away')) }
    const other = await createTestApp({ env, infrastructure: (opened) => ({ ...opened, edgeNonces }) })
    const header = signEdge(key, client, body, other.clock.now().getTime())
    expect(await ask(header, body, {}, other)).toMatchObject({
      edgeSignature: 'INVALID',
      clientAddress: null,
      userAgent: 'Gateway/1',
    })
    await other.close()
  })

  it('has no say where no secret is set', async () => {
    const other = await createTestApp({ env: { NODE_ENV: 'development' } })
    const said = await ask(sign(), body, {}, other)
    expect(said).toMatchObject({ edgeSignature: 'INVALID', clientAddress: peerAddress })
    expect(said.warnings.join()).toContain('GATEWAY_SECRETS is not set')
    await other.close()
  })

  it('signs with the plugin for Hive Gateway', async () => {
    let options: RequestInit = { method: 'POST', headers: { 'user-agent': 'Gateway/1' }, body }
    const request = new Request('http://gateway/graphql', { headers: { 'user-agent': 'Phone/2' } })
    const plugin = useGatehouseEdge({ key, url: 'http://gatehouse/graphql' })
    const setOptions = (changed: RequestInit) => {
      options = changed
    }
    const context = { request, req: { socket: { remoteAddress: '203.0.113.5' } } }
    plugin.onFetch({ url: 'http://posts/graphql', options, setOptions, context })
    expect(new Headers(options.headers).has('x-gatehouse-edge')).toBe(false)
    plugin.onFetch({ url: 'http://gatehouse/graphql', options, setOptions, context })
    const header = new Headers(options.headers).get('x-gatehouse-edge')
    const other = await createTestApp({ env })
    expect(await ask(header, body, {}, other)).toMatchObject({
      clientAddress: '203.0.113.5',
      userAgent: 'Phone/2',
      edgeSignature: 'VALID',
    })
    await other.close()
  })
})

describe('a client of a gateway that signs', () => {
  let test: TestApp
  beforeAll(async () => {
    test = await createTestApp({ env })
  })
  afterAll(() => test.close())

  const longest = (text: string) => text.repeat(Math.ceil(15_000 / text.length)).slice(0, 15_000)
  it.each([
    ['a long Origin', { origin: `https://${longest('a')}` }],
    ['an Origin of quotes', { origin: longest('"\\') }],
    ['an Origin that is not ASCII', { origin: longest('ÿ') }],
    ['a long User-Agent', { 'user-agent': longest('Phone ') }],
    ['a User-Agent of quotes', { 'user-agent': longest('"\\\t') }],
    ['both, at their worst', { origin: longest('"ÿ'), 'user-agent': longest('\\ÿ') }],
    ['a signature of the client', { 'x-gatehouse-edge': 'v1.forged', 'X-Gatehouse-Edge ': 'v1' }],
  ])('cannot make its signature invalid, and so be taken for the gateway: %s', async (_what, headers) => {
    const given = new Headers(Object.entries(headers).map(([name, value]) => [name.trim(), value]))
    let options: RequestInit = { method: 'POST', headers: given, body }
    const plugin = useGatehouseEdge({ key, url: 'http://gatehouse/graphql' })
    const setOptions = (changed: RequestInit) => {
      options = changed
    }
    const context = {
      request: new Request('http://gateway/graphql', { headers: given }),
      req: { socket: { remoteAddress: '203.0.113.5' } },
    }
    test.clock.jump((Date.now() - test.clock.now().getTime()) / 1000)
    plugin.onFetch({ url: 'http://gatehouse/graphql', options, setOptions, context })
    const header = new Headers(options.headers).get('x-gatehouse-edge') ?? ''
    // With a token in the header the origin is of no matter.
    const sent = { 'x-gatehouse-edge': header, authorization: 'Bearer x' }
    expect(await send(test, sent, body)).toMatchObject({
      clientAddress: '203.0.113.5',
      edgeSignature: 'VALID',
    })
  })
})

describe('_service', () => {
  const sdl = JSON.stringify({ query: '{ _service { sdl } }' })
  const codeFor = async (test: TestApp, headers: Record<string, string>) => {
    const { data, errors } = await answer(test, headers, sdl)
    return data?._service?.sdl?.includes('type User') ? 'ok' : errors?.[0]?.extensions.code
  }

  it.each([
    [{}, 'ok'],
    [{ SERVICE_SDL: 'gateway' }, 'FORBIDDEN'],
    [{ SERVICE_SDL: 'gateway', INTROSPECTION: 'on' }, 'FORBIDDEN'],
    [{ INTROSPECTION: 'off' }, 'ok'],
  ])('with %j is answered to strangers with %s, and to a signed gateway always', async (given, expected) => {
    const test = await createTestApp({ env: { ...env, ...given } })
    expect(await codeFor(test, {})).toBe(expected)
    const header = signEdge(key, client, sdl, test.clock.now().getTime())
    expect(await codeFor(test, { 'x-gatehouse-edge': header })).toBe('ok')
    expect(await codeFor(test, { 'x-gatehouse-edge': header })).toBe(expected)
    await test.close()
  })
})

describe('while replays cannot be detected', () => {
  const away = (opened: Infrastructure) => ({
    ...opened,
    edgeNonces: { insert: () => Promise.reject(new Error('away')) },
  })
  const sdl = JSON.stringify({ query: '{ _service { sdl } }' })
  const own = JSON.stringify({ query: 'query OfTheGateway { passwordPolicy { minLength } }' })

  it('a gateway that signs is served its documents and the SDL, and no other client is', async () => {
    const manifest = join(mkdtempSync(join(tmpdir(), 'gatehouse-')), 'documents.json')
    writeFileSync(manifest, '{}')
    const only = { PERSISTED_DOCUMENTS: 'only', PERSISTED_DOCUMENTS_FILE: manifest, SERVICE_SDL: 'gateway' }
    const test = await createTestApp({ env: { ...env, ...only }, infrastructure: away })
    const signed = (text: string, aheadMs = 0) => ({
      'x-gatehouse-edge': signEdge(key, client, text, test.clock.now().getTime() + aheadMs),
    })
    expect(await answer(test, signed(sdl), sdl)).toMatchObject({
      data: { _service: { sdl: expect.stringContaining('type User') } },
    })
    expect(await answer(test, signed(own), own)).toMatchObject({ data: { passwordPolicy: { minLength: 8 } } })
    for (const headers of [{}, signed(sdl), { 'x-gatehouse-edge': 'v1.forged' }, signed(own, -31_000)])
      expect((await answer(test, headers, own)).errors[0].extensions.code).toBe('PERSISTED_QUERY_NOT_FOUND')
    await test.close()
  })
})

async function answer(test: TestApp, headers: Record<string, string>, text: string) {
  const request = new Request('http://localhost:4000/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'user-agent': 'Gateway/1', ...headers },
    body: text,
  })
  return await (await test.app.fetch(request, { peerAddress })).json()
}

async function send(test: TestApp, headers: Record<string, string>, text: string) {
  return (await answer(test, headers, text)).data.gatewayDiagnostics
}

function counting() {
  const counted: string[] = []
  return {
    counted,
    infrastructure: (opened: Infrastructure) => ({
      ...opened,
      metrics: {
        ...noMetrics,
        count: (name: string, label = '') => {
          if (name === 'edge_ignored') counted.push(label)
        },
      },
    }),
  }
}

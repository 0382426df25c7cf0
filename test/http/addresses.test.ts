import { describe, expect, it } from 'vitest'
import { ClientAddresses, normaliseAddress } from '../../src/http/request/client-address.ts'
import { cleanUserAgent } from '../../src/http/request/device-headers.ts'
import { base, createTestHttpApp } from './support/test-http-app.ts'

describe('the client address', () => {
  const addresses = new ClientAddresses({ trustedProxies: ['10.0.0.0/8', '192.0.2.7', '2001:db8:1::/48'] })
  const table: [peer: string | null, forwardedFor: string | null, client: string | null][] = [
    [null, '203.0.113.9', null],
    ['203.0.113.9', null, '203.0.113.9'],
    ['203.0.113.9', '198.51.100.1', '203.0.113.9'],
    ['203.0.113.9', '10.0.0.1', '203.0.113.9'],
    ['10.0.0.1', null, null],
    ['10.0.0.1', '', null],
    ['10.0.0.1', '198.51.100.1', '198.51.100.1'],
    ['10.0.0.1', '1.1.1.1, 198.51.100.1', '198.51.100.1'],
    ['10.0.0.1', '1.1.1.1, 198.51.100.1, 10.9.9.9', '198.51.100.1'],
    ['10.0.0.1', '1.1.1.1, garbage, 10.9.9.9', null],
    ['10.0.0.1', '1.1.1.1, unknown', null],
    ['10.0.0.1', '1.1.1.1,', null],
    ['10.0.0.1', '10.0.0.2, 10.0.0.3', '10.0.0.2'],
    ['10.0.0.1', '198.51.100.1:4711', '198.51.100.1'],
    ['10.0.0.1', '[2001:DB8::1]:4711', '2001:db8::1'],
    ['10.0.0.1', '2001:db8:0:0::0001', '2001:db8::1'],
    ['10.0.0.1', '::ffff:198.51.100.1', '198.51.100.1'],
    ['10.0.0.1', '1.2.3.4.5', null],
    ['10.0.0.1', '010.1.1.1', null],
    ['10.0.0.1', `${'1.1.1.1, '.repeat(500)}198.51.100.1`, '198.51.100.1'],
    ['192.0.2.7', '198.51.100.1', '198.51.100.1'],
    ['192.0.2.8', '198.51.100.1', '192.0.2.8'],
    ['2001:db8:1::5', '198.51.100.1', '198.51.100.1'],
    ['2001:db8:2::5', '198.51.100.1', '2001:db8:2::5'],
  ]
  for (const [peer, forwardedFor, client] of table) {
    it(`of ${peer} with ${forwardedFor?.slice(0, 40) ?? 'no header'} is ${client}`, () => {
      expect(addresses.resolve(peer, forwardedFor)).toBe(client)
    })
  }

  it('has one spelling', () => {
    expect(normaliseAddress('::ffff:127.0.0.1')).toBe('127.0.0.1')
    expect(normaliseAddress('::ffff:7f00:1')).toBe('127.0.0.1')
    expect(normaliseAddress('fe80::1%eth0')).toBe('fe80::1')
    expect(normaliseAddress('2001:0DB8:0000::0001')).toBe('2001:db8::1')
    for (const text of ['localhost', '', undefined, null, '127.1', '1.1.1.1 '])
      expect(normaliseAddress(text)).toBeNull()
  })

  it('refuses what is no range', () => {
    expect(() => new ClientAddresses({ trustedProxies: ['proxy.internal'] })).toThrow()
  })
})

describe('the origin of a request', () => {
  async function whoAmI(
    headers: Record<string, string>,
    peerAddress: string | null,
    trustedProxies: string[] = [],
  ) {
    const app = createTestHttpApp({ server: { trustedProxies } })
    const request = new Request(`${base}/graphql?query={whoAmI}`, { headers })
    const response = await app.fetch(request, { peerAddress })
    const { data } = await response.json()
    return { origin: JSON.parse(data.whoAmI).origin, requestId: response.headers.get('x-request-id') }
  }

  it('names address, agent and request id', async () => {
    const { origin, requestId } = await whoAmI({ 'user-agent': 'Tests/1' }, '::ffff:203.0.113.9')
    expect(origin).toMatchObject({ address: '203.0.113.9', userAgent: 'Tests/1', requestId })
  })

  it('takes the request id of a trusted proxy only', async () => {
    const headers = { 'x-request-id': 'from-the-proxy-1' }
    expect((await whoAmI(headers, '203.0.113.9', ['10.0.0.1'])).requestId).not.toBe('from-the-proxy-1')
    expect((await whoAmI(headers, '10.0.0.1', ['10.0.0.1'])).requestId).toBe('from-the-proxy-1')
    for (const id of ['short', 'with space here', 'x'.repeat(65), 'new:line:x']) {
      expect((await whoAmI({ 'x-request-id': id }, '10.0.0.1', ['10.0.0.1'])).requestId).not.toBe(id)
    }
  })

  it('keeps 512 harmless characters of the agent', () => {
    expect(cleanUserAgent(null)).toBeNull()
    expect(cleanUserAgent(' \u0000 ')).toBeNull()
    expect(cleanUserAgent('a\r\nb\u0000c\u001b[31m')).toBe('abc[31m')
    expect(cleanUserAgent('x'.repeat(5000))).toHaveLength(512)
  })
})

describe('the host', () => {
  it('must be one of ours, on any port unless the list names one', async () => {
    const app = createTestHttpApp({ server: { allowedHosts: ['id.example.com', 'localhost:4000', '[::1]'] } })
    const cases: [string, number][] = [
      ['id.example.com', 200],
      ['ID.example.com:8443', 200],
      ['localhost:4000', 200],
      ['localhost:4001', 421],
      ['localhost', 421],
      ['[::1]:4000', 200],
      ['[::2]:4000', 421],
      ['evil.example', 421],
      ['id.example.com.evil.example', 421],
      ['id.example.com@evil.example', 421],
    ]
    for (const [host, status] of cases) {
      expect([host, (await app.post({ query: '{ hello }' }, { host })).status]).toEqual([host, status])
    }
    expect((await app.get('/health/live', { host: 'evil.example' })).status).toBe(200)
    const forwarded = await app.post(
      { query: '{ hello }' },
      { host: 'evil.example', 'x-forwarded-host': 'id.example.com' },
    )
    expect(forwarded.status).toBe(421)
  })
})

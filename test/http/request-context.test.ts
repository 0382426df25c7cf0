import { describe, expect, it } from 'vitest'
import type { EdgeVerdict } from '../../src/domain/origin/trusted-edge.ts'
import { ClientAddresses } from '../../src/http/request/client-address.ts'
import type { RequestContext } from '../../src/http/request/request-context.ts'
import { RequestContexts } from '../../src/http/request/request-contexts.ts'
import { createIds } from '../../src/lib/ids/ids.ts'
import { systemClock } from '../../src/lib/time/clock.ts'
import { base, createTestHttpApp } from './support/test-http-app.ts'

const peer = '192.0.2.1'
const client = '198.51.100.7'
const signed: EdgeVerdict = {
  state: 'VALID',
  claims: { keyId: 'a', at: 0, nonce: 'n', body: 'b', address: client, userAgent: 'Signed', origin: null },
}

function begin(): RequestContext {
  const contexts = new RequestContexts({
    clock: systemClock,
    ids: createIds(systemClock),
    addresses: new ClientAddresses({ trustedProxies: [] }),
    edgeExpected: true,
    sameSite: 'strict',
  })
  const request = new Request(`${base}/graphql`, { headers: { 'user-agent': 'Received' } })
  return contexts.begin(request, { peerAddress: peer, incoming: null })
}

describe('the origin of a request', () => {
  it('cannot be read before the edge is verified', () => {
    const context = begin()
    expect(() => context.origin).toThrow('before its edge was verified: see useTrustedEdge')
    expect(() => context.arrival).toThrow('before its edge was verified: see useTrustedEdge')
    expect(context.originAsReceived).toMatchObject({ address: peer, userAgent: 'Received' })
  })

  it('is the received one without a signature', () => {
    const context = begin()
    context.settleSource(null)
    expect(context.origin).toBe(context.originAsReceived)
    expect(context.arrival).toBe(context.arrivalAsReceived)
  })

  it('is the signed one with a valid signature; what was received does not change', () => {
    const context = begin()
    context.settleSource(signed)
    expect(context.origin).toMatchObject({ address: client, userAgent: 'Signed' })
    expect(context.origin.requestId).toBe(context.requestId)
    expect(context.arrival).toMatchObject({ addressSource: 'SIGNED_EDGE', edgeSignature: 'VALID' })
    expect(context.originAsReceived).toMatchObject({ address: peer, userAgent: 'Received' })
    expect(context.arrivalAsReceived).toMatchObject({ addressSource: 'SOCKET', edgeSignature: 'ABSENT' })
  })

  it('is settled once', () => {
    const context = begin()
    context.settleSource(signed)
    context.settleSource(null)
    expect(context.origin.address).toBe(client)
  })

  it('is the received one for a request that is refused before the edge is verified', async () => {
    const charged: (string | null)[] = []
    const rateLimits = {
      charge: async () => undefined,
      chargeRequest: async ({ address }: { address: string | null }) => {
        charged.push(address)
      },
    }
    const app = createTestHttpApp({ deps: { rateLimits } })
    const request = new Request(`${base}/graphql`, { headers: { host: 'other.example' } })
    const response = await app.fetch(request, { peerAddress: peer })
    expect([response.status, charged]).toEqual([421, []])
    expect(app.lines.at(-1)?.fields).toMatchObject({ status: 421, address: peer })
  })
})

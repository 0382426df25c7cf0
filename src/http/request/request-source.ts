import type { Arrival } from '../../domain/origin/arrival.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import type { EdgeRefusal, EdgeVerdict } from '../../domain/origin/trusted-edge.ts'
import type { Ids } from '../../lib/ids/ids.ts'
import { negotiateLanguage } from '../../texts/languages.ts'
import { type ClientAddresses, normaliseAddress } from './client-address.ts'
import { cleanUserAgent, readLanguage, readMobile, readPlatform } from './device-headers.ts'

/** Where a request comes from, and how it reached this process. */
export interface RequestSource {
  readonly origin: Origin
  readonly arrival: Arrival
}

export interface SourceDeps {
  readonly ids: Ids
  readonly addresses: ClientAddresses
  /** Whether gateways sign requests: GATEWAY_SECRETS is set. */
  readonly edgeExpected: boolean
}

const requestIdPattern = /^[A-Za-z0-9_-]{8,64}$/
/** Reasons to refuse a signature that a gateway did make. */
const madeByGateway: ReadonlySet<EdgeRefusal> = new Set(['stale', 'unchecked'])

/** The source as the socket and the headers report it. Only trusted proxies may name the client and the request id. */
export function readSource(deps: SourceDeps, headers: Headers, peer: string | null): RequestSource {
  const peerAddress = normaliseAddress(peer)
  const peerTrusted = deps.addresses.isTrusted(peerAddress)
  const forwardedFor = headers.get('x-forwarded-for')
  const requestId = headers.get('x-request-id')
  const keepsRequestId = peerTrusted && requestId !== null && requestIdPattern.test(requestId)
  return {
    origin: {
      address: deps.addresses.resolve(peerAddress, forwardedFor),
      userAgent: cleanUserAgent(headers.get('user-agent')),
      platform: readPlatform(headers.get('sec-ch-ua-platform')),
      mobile: readMobile(headers.get('sec-ch-ua-mobile')),
      language: readLanguage(headers.get('accept-language')),
      textLanguage: negotiateLanguage(headers.get('accept-language')),
      requestId: keepsRequestId ? requestId : deps.ids.next(),
    },
    arrival: {
      addressSource: peerTrusted ? 'FORWARDED_HEADER' : 'SOCKET',
      edgeSignature: 'ABSENT',
      documentSigned: false,
      edgeExpected: deps.edgeExpected,
      peerAddress,
      peerTrusted,
      forwardedFor: forwardedFor !== null,
      pageOrigin: headers.get('origin'),
      cookieReceived: headers.has('cookie'),
      authorizationReceived: headers.has('authorization'),
      apiKeyReceived: headers.has('x-api-key'),
    },
  }
}

/**
 * The source once the signature of a gateway was checked. The claims of a valid signature replace the facts as received.
 * If a gateway made the signature but it is stale or may be a replay, the address is unknown: limits on the gateway's
 * own address would affect all of its clients.
 * @param verdict null: the request carries no signature
 */
export function applyEdgeVerdict(received: RequestSource, verdict: EdgeVerdict | null): RequestSource {
  if (verdict === null) return received
  const documentSigned = verdict.state === 'VALID' || verdict.reason === 'unchecked'
  const arrival: Arrival = { ...received.arrival, edgeSignature: verdict.state, documentSigned }
  if (verdict.state !== 'VALID') {
    const { origin } = received
    return { arrival, origin: madeByGateway.has(verdict.reason) ? { ...origin, address: null } : origin }
  }
  const { address, userAgent, origin: pageOrigin } = verdict.claims
  return {
    arrival: { ...arrival, addressSource: 'SIGNED_EDGE', pageOrigin: pageOrigin ?? arrival.pageOrigin },
    origin: {
      ...received.origin,
      address: normaliseAddress(address),
      userAgent: cleanUserAgent(userAgent),
    },
  }
}

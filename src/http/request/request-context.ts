import type { IncomingMessage } from 'node:http'
import type { Arrival } from '../../domain/origin/arrival.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import type { EdgeRefusal, EdgeVerdict } from '../../domain/origin/trusted-edge.ts'
import { LimitReport } from '../../domain/rate-limits/limit-report.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Ids } from '../../lib/ids.ts'
import { type ClientAddresses, normaliseAddress } from './client-address.ts'
import { type RequestCookies, ResponseCookies, readCookies, type SameSite } from './cookies.ts'
import { cleanUserAgent, readLanguage, readMobile, readPlatform } from './device-headers.ts'
import { type MediaType, negotiateMediaType, takesEventStream } from './media-type.ts'

const requestIdPattern = /^[A-Za-z0-9_-]{8,64}$/

/** Refusals of what a gateway has signed. */
const fromGateway: ReadonlySet<EdgeRefusal> = new Set(['stale', 'unchecked'])

/** What the HTTP plugins know of one request. */
export interface RequestContext {
  /** Settled before anything is decided by it: see `applyEdgeClaims`. */
  origin: Origin
  arrival: Arrival
  /** Without query; not decoded. */
  readonly path: string
  /** The Host header, lower case. */
  readonly host: string
  /** What the answer is written as; null when the client takes none of ours. */
  readonly mediaType: MediaType | null
  /** Whether the client takes a stream of events. */
  readonly takesEvents: boolean
  readonly cookies: RequestCookies
  readonly responseCookies: ResponseCookies
  /** What its calls were charged to. */
  readonly limitReport: LimitReport
  readonly startedAtMs: number
  /** Null when the request did not come through a socket (tests). */
  readonly incoming: IncomingMessage | null
  /** The body, once somebody has begun to read it. */
  body: Promise<Uint8Array> | null
  /** The GraphQL operation, once it has been parsed. */
  operation: { readonly type: string; readonly name: string | null } | null
  /** Whether the request was refused for its address alone, before anything of it was read. */
  refusedUnread: boolean
}

/** How a request arrived; Yoga hands it to each hook as the server context. */
export interface Transport {
  readonly peerAddress: string | null
  readonly incoming: IncomingMessage | null
}

export interface RequestContextsDeps {
  readonly clock: Clock
  readonly ids: Ids
  readonly addresses: ClientAddresses
  /** Whether gateways sign: GATEWAY_SECRETS is set. */
  readonly edgeExpected: boolean
  readonly sameSite: SameSite
}

/** The context of each request that is being answered. */
export class RequestContexts {
  readonly #deps: RequestContextsDeps
  readonly #byRequest = new WeakMap<Request, RequestContext>()

  constructor(deps: RequestContextsDeps) {
    this.#deps = deps
  }

  /** Reads what there is to know, once, before anything else happens to the request. */
  begin(request: Request, transport: Transport): RequestContext {
    const { clock, sameSite } = this.#deps
    const context: RequestContext = {
      origin: this.#originOf(request.headers, transport),
      arrival: this.#arrivalOf(request.headers, transport),
      path: pathOf(request.url),
      host: (request.headers.get('host') ?? hostOf(request.url)).toLowerCase(),
      mediaType: negotiateMediaType(request.headers.get('accept')),
      takesEvents: takesEventStream(request.headers.get('accept')),
      cookies: readCookies(request),
      responseCookies: new ResponseCookies({ sameSite }),
      limitReport: new LimitReport(),
      startedAtMs: clock.monotonicMs(),
      incoming: transport.incoming,
      body: null,
      operation: null,
      refusedUnread: false,
    }
    this.#byRequest.set(request, context)
    return context
  }

  /** @throws when `begin` has not seen the request. */
  of(request: Request): RequestContext {
    const context = this.#byRequest.get(request)
    if (context === undefined) throw new Error('This request has no context.')
    return context
  }

  /**
   * Lets a gateway's word stand for what arrived, if its signature is valid; else the request is what it was. Where a gateway
   * has signed it, and only time or a replay speak against it, the address is unknown: the gateway's own would be limited
   * for all of its clients.
   */
  applyEdgeClaims(context: RequestContext, verdict: EdgeVerdict): void {
    const documentSigned = verdict.state === 'VALID' || verdict.reason === 'unchecked'
    context.arrival = { ...context.arrival, edgeSignature: verdict.state, documentSigned }
    if (verdict.state !== 'VALID') {
      if (fromGateway.has(verdict.reason)) context.origin = { ...context.origin, address: null }
      return
    }
    const { address, userAgent, origin } = verdict.claims
    const pageOrigin = origin ?? context.arrival.pageOrigin
    context.arrival = { ...context.arrival, addressSource: 'SIGNED_EDGE', pageOrigin }
    context.origin = {
      ...context.origin,
      address: normaliseAddress(address),
      userAgent: cleanUserAgent(userAgent),
    }
  }

  #arrivalOf(headers: Headers, transport: Transport): Arrival {
    const peerAddress = normaliseAddress(transport.peerAddress)
    const peerTrusted = this.#deps.addresses.isTrusted(peerAddress)
    return {
      addressSource: peerTrusted ? 'FORWARDED_HEADER' : 'SOCKET',
      edgeSignature: 'ABSENT',
      documentSigned: false,
      edgeExpected: this.#deps.edgeExpected,
      peerAddress,
      peerTrusted,
      forwardedFor: headers.has('x-forwarded-for'),
      pageOrigin: headers.get('origin'),
      cookieReceived: headers.has('cookie'),
      authorizationReceived: headers.has('authorization'),
      apiKeyReceived: headers.has('x-api-key'),
    }
  }

  #originOf(headers: Headers, transport: Transport): Origin {
    const { addresses, ids } = this.#deps
    const peer = normaliseAddress(transport.peerAddress)
    const requestId = headers.get('x-request-id')
    const believed = requestId !== null && requestIdPattern.test(requestId) && addresses.isTrusted(peer)
    return {
      address: addresses.resolve(peer, headers.get('x-forwarded-for')),
      userAgent: cleanUserAgent(headers.get('user-agent')),
      platform: readPlatform(headers.get('sec-ch-ua-platform')),
      mobile: readMobile(headers.get('sec-ch-ua-mobile')),
      language: readLanguage(headers.get('accept-language')),
      requestId: believed ? requestId : ids.next(),
    }
  }
}

function pathOf(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  if (start === -1) return '/'
  const end = url.slice(start).search(/[?#]/)
  return end === -1 ? url.slice(start) : url.slice(start, start + end)
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : ''
}

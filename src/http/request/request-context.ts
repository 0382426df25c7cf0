import type { IncomingMessage } from 'node:http'
import type { SameSite } from '../../config/themes/service/cookies.ts'
import type { Arrival } from '../../domain/origin/arrival.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import type { EdgeVerdict } from '../../domain/origin/trusted-edge.ts'
import { LimitReport } from '../../domain/rate-limits/limit-report.ts'
import type { Clock } from '../../lib/time/clock.ts'
import { type RequestCookies, ResponseCookies, readCookies } from './cookies.ts'
import { acceptsEventStream, type MediaType, negotiateMediaType } from './media-type.ts'
import { applyEdgeVerdict, type RequestSource, readSource, type SourceDeps } from './request-source.ts'

/** How a request arrived; Yoga passes it to each hook as the server context. */
export interface Transport {
  readonly peerAddress: string | null
  /** Null if the request did not come through a socket (tests). */
  readonly incoming: IncomingMessage | null
}

export interface RequestContextDeps extends SourceDeps {
  readonly clock: Clock
  readonly sameSite: SameSite
}

/**
 * Facts about a request and its state, shared by the HTTP plugins. A class, because V8 finds the shape of a literal with a spread and
 * getters anew for each object.
 */
export class RequestContext {
  /** As the socket and trusted proxies report it, before the signature of a gateway is verified. */
  readonly originAsReceived: Origin
  /** How the request arrived, before that signature is verified. */
  readonly arrivalAsReceived: Arrival
  readonly requestId: string
  /** Without query; not decoded. */
  readonly path: string
  /** The Host header, lower case. */
  readonly host: string
  /** Media type of the response; null if the client accepts none of the supported ones. */
  readonly mediaType: MediaType | null
  /** Whether the client accepts a stream of events. */
  readonly acceptsEvents: boolean
  readonly cookies: RequestCookies
  readonly responseCookies: ResponseCookies
  /** Budgets that the calls of the request were charged to. */
  readonly limitReport = new LimitReport()
  readonly startedAtMs: number
  /** See Transport. */
  readonly incoming: IncomingMessage | null
  /** The body, once a plugin has begun to read it. */
  body: Promise<Uint8Array> | null = null
  /** The GraphQL operation, once it has been parsed. */
  operation: { readonly type: string; readonly name: string | null } | null = null
  /** The tenant of the authenticated viewer; null if there is none, or not yet. */
  tenantId: string | null = null
  /**
   * Whether the request was refused before its body was read: because of its address, or because a page of another site
   * can have made a browser send it. It is not charged.
   */
  refusedUnread = false
  #source: RequestSource | null = null

  constructor(request: Request, { peerAddress, incoming }: Transport, deps: RequestContextDeps) {
    const { headers, url } = request
    const accept = headers.get('accept')
    const { origin, arrival } = readSource(deps, headers, peerAddress)
    this.originAsReceived = origin
    this.arrivalAsReceived = arrival
    this.requestId = origin.requestId
    this.path = pathOf(url)
    this.host = (headers.get('host') ?? hostOf(url)).toLowerCase()
    this.mediaType = negotiateMediaType(accept)
    this.acceptsEvents = acceptsEventStream(accept)
    this.cookies = readCookies(request)
    this.responseCookies = new ResponseCookies({ sameSite: deps.sameSite })
    this.startedAtMs = deps.clock.monotonicMs()
    this.incoming = incoming
  }

  /** @throws if read before `settleSource` */
  get origin(): Origin {
    return this.#settled().origin
  }

  /** @throws if read before `settleSource` */
  get arrival(): Arrival {
    return this.#settled().arrival
  }

  /**
   * Decides `origin` and `arrival`. The first call counts; later ones have no effect.
   * @param verdict null: the request carries no signature, its source stays as received
   */
  settleSource(verdict: EdgeVerdict | null): void {
    const { originAsReceived: origin, arrivalAsReceived: arrival } = this
    this.#source ??= applyEdgeVerdict({ origin, arrival }, verdict)
  }

  #settled(): RequestSource {
    if (this.#source !== null) return this.#source
    throw new Error('The origin of a request was read before its edge was verified: see useTrustedEdge.')
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

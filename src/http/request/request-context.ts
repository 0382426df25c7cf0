import type { IncomingMessage } from 'node:http'
import type { Arrival } from '../../domain/origin/arrival.ts'
import type { Origin } from '../../domain/origin/origin.ts'
import type { EdgeVerdict } from '../../domain/origin/trusted-edge.ts'
import type { LimitReport } from '../../domain/rate-limits/limit-report.ts'
import type { RequestCookies, ResponseCookies } from './cookies.ts'
import type { MediaType } from './media-type.ts'
import { applyEdgeVerdict, type RequestSource } from './request-source.ts'

/** Facts about a request that do not change after it was received. */
export interface ReceivedRequest {
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
  readonly limitReport: LimitReport
  readonly startedAtMs: number
  /** Null if the request did not come through a socket (tests). */
  readonly incoming: IncomingMessage | null
}

/** State of one request, shared by the HTTP plugins. A class, because V8 finds the shape of a literal with a spread and getters anew for each object. */
export class RequestContext implements ReceivedRequest {
  readonly originAsReceived: Origin
  readonly arrivalAsReceived: Arrival
  readonly requestId: string
  readonly path: string
  readonly host: string
  readonly mediaType: MediaType | null
  readonly acceptsEvents: boolean
  readonly cookies: RequestCookies
  readonly responseCookies: ResponseCookies
  readonly limitReport: LimitReport
  readonly startedAtMs: number
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

  constructor(received: ReceivedRequest) {
    this.originAsReceived = received.originAsReceived
    this.arrivalAsReceived = received.arrivalAsReceived
    this.requestId = received.requestId
    this.path = received.path
    this.host = received.host
    this.mediaType = received.mediaType
    this.acceptsEvents = received.acceptsEvents
    this.cookies = received.cookies
    this.responseCookies = received.responseCookies
    this.limitReport = received.limitReport
    this.startedAtMs = received.startedAtMs
    this.incoming = received.incoming
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

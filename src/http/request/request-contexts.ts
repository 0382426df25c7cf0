import type { IncomingMessage } from 'node:http'
import type { SameSite } from '../../config/themes/service/cookies.ts'
import { LimitReport } from '../../domain/rate-limits/limit-report.ts'
import type { Clock } from '../../lib/time/clock.ts'
import { ResponseCookies, readCookies } from './cookies.ts'
import { acceptsEventStream, negotiateMediaType } from './media-type.ts'
import { RequestContext } from './request-context.ts'
import { readSource, type SourceDeps } from './request-source.ts'

/** How a request arrived; Yoga passes it to each hook as the server context. */
export interface Transport {
  readonly peerAddress: string | null
  readonly incoming: IncomingMessage | null
}

export interface RequestContextsDeps extends SourceDeps {
  readonly clock: Clock
  readonly sameSite: SameSite
}

/** The contexts of the requests that are being handled. */
export class RequestContexts {
  readonly #deps: RequestContextsDeps
  readonly #byRequest = new WeakMap<Request, RequestContext>()

  constructor(deps: RequestContextsDeps) {
    this.#deps = deps
  }

  /** Reads the request once, before any other plugin sees it. */
  begin(request: Request, transport: Transport): RequestContext {
    const { clock, sameSite } = this.#deps
    const { headers, url } = request
    const { origin, arrival } = readSource(this.#deps, headers, transport.peerAddress)
    const context = new RequestContext({
      originAsReceived: origin,
      arrivalAsReceived: arrival,
      requestId: origin.requestId,
      path: pathOf(url),
      host: (headers.get('host') ?? hostOf(url)).toLowerCase(),
      mediaType: negotiateMediaType(headers.get('accept')),
      acceptsEvents: acceptsEventStream(headers.get('accept')),
      cookies: readCookies(request),
      responseCookies: new ResponseCookies({ sameSite }),
      limitReport: new LimitReport(),
      startedAtMs: clock.monotonicMs(),
      incoming: transport.incoming,
    })
    this.#byRequest.set(request, context)
    return context
  }

  /** @throws if `begin` was not called for this request */
  of(request: Request): RequestContext {
    const context = this.#byRequest.get(request)
    if (context === undefined) throw new Error('This request has no context.')
    return context
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

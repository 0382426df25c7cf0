import { RequestContext, type RequestContextDeps, type Transport } from './request-context.ts'

/** The contexts of the requests that are being handled. */
export class RequestContexts {
  readonly #deps: RequestContextDeps
  readonly #byRequest = new WeakMap<Request, RequestContext>()

  constructor(deps: RequestContextDeps) {
    this.#deps = deps
  }

  /** Reads the request once, before any other plugin sees it. */
  begin(request: Request, transport: Transport): RequestContext {
    const context = new RequestContext(request, transport, this.#deps)
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

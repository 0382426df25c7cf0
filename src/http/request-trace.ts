import type { IncomingMessage } from 'node:http'
import type { Tracer } from '../lib/observation/tracer.ts'
import type { HttpApp } from './http-app.ts'
import { routeOf } from './request/routes.ts'
import type { NodeHandler } from './request-listener.ts'

/** What a trace contains of a request. */
interface TracedRequest {
  readonly method: string
  readonly path: string
  header(name: string): string | null
}

const methods: readonly string[] = ['GET', 'HEAD', 'POST', 'OPTIONS']
/** Balancers and Prometheus send these every few seconds. */
const untraced: readonly string[] = ['health', 'metrics']

/** Handles each request in a span. */
export function tracedFetch(tracer: Tracer, handle: HttpApp['fetch']): HttpApp['fetch'] {
  return (request, peer) => traceRequest(tracer, factsOf(request), async () => handle(request, peer))
}

/** The same for requests of node:http. */
export function tracedHandler(tracer: Tracer, handle: NodeHandler): NodeHandler {
  return (incoming, outgoing) =>
    traceRequest(tracer, factsOfMessage(incoming), async () => handle(incoming, outgoing))
}

/** In the trace that the gateway has begun, if there is one. */
function traceRequest(
  tracer: Tracer,
  { method, path, header }: TracedRequest,
  handle: () => Promise<Response>,
): Promise<Response> {
  const route = routeOf(path)
  if (untraced.includes(route)) return handle()
  const known = methods.includes(method) ? method : 'other'
  const attributes = { 'http.request.method': known, 'http.route': route }
  return tracer.continueFrom(header, () =>
    tracer.run({ name: `${known} ${route}`, kind: 'server', attributes }, async (describe) => {
      const response = await handle()
      describe({ 'http.response.status_code': response.status })
      return response
    }),
  )
}

function factsOf({ method, url, headers }: Request): TracedRequest {
  return { method, path: new URL(url).pathname, header: (name) => headers.get(name) }
}

function factsOfMessage({ method = 'GET', url = '/', headers }: IncomingMessage): TracedRequest {
  return {
    method,
    path: url,
    header(name) {
      const value = headers[name]
      return typeof value === 'string' ? value : null
    },
  }
}

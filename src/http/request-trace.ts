import type { IncomingMessage } from 'node:http'
import type { Tracer } from '../lib/observation/tracer.ts'
import { routeOf } from './request/routes.ts'

/** What a trace contains of a request. */
export interface TracedRequest {
  readonly method: string
  readonly path: string
  header(name: string): string | null
}

const methods: readonly string[] = ['GET', 'HEAD', 'POST', 'OPTIONS']
/** Balancers and Prometheus send these every few seconds. */
const untraced: readonly string[] = ['health', 'metrics']

/** Handles a request in a span, in the trace that the gateway has begun. */
export function traceRequest(
  tracer: Tracer | null,
  { method, path, header }: TracedRequest,
  handle: () => Promise<Response>,
): Promise<Response> {
  const route = routeOf(path)
  if (tracer === null || untraced.includes(route)) return handle()
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

export function tracedRequest({ method, url, headers }: Request): TracedRequest {
  return { method, path: new URL(url).pathname, header: (name) => headers.get(name) }
}

export function tracedMessage({ method = 'GET', url = '/', headers }: IncomingMessage): TracedRequest {
  return {
    method,
    path: url,
    header(name) {
      const value = headers[name]
      return typeof value === 'string' ? value : null
    },
  }
}

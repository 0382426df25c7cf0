import { methodNotAllowed } from '../../answer/json-response.ts'
import type { RequestContext } from '../../request/request-context.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import type { HttpPlugin } from '../http-plugin.ts'
import type { ServiceAuth } from './service-auth.ts'

export interface ServiceEndpointDeps {
  readonly contexts: RequestContexts
  readonly auth: ServiceAuth
}

export interface Route {
  readonly path: string
  readonly methods: readonly string[]
}

/** An endpoint for other services: 405 for other methods, error responses of OAuth. */
export function serviceEndpoint(
  { contexts, auth }: ServiceEndpointDeps,
  { path, methods }: Route,
  work: (request: Request, context: RequestContext) => Promise<Response>,
): HttpPlugin {
  return {
    onRequest({ request, endResponse }) {
      if (contexts.of(request).path !== path) return
      if (!methods.includes(request.method)) return endResponse(methodNotAllowed(methods.join(', ')))
      return auth.respond(request, (context) => work(request, context)).then(endResponse)
    },
  }
}

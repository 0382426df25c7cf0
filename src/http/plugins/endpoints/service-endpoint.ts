import type { RequestContext } from '../../request/request-context.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import type { HttpPlugin } from '../http-plugin.ts'
import { endpoint, type Route } from './endpoint.ts'
import type { ServiceAuth } from './service-auth.ts'

export interface ServiceEndpointDeps {
  readonly contexts: RequestContexts
  readonly auth: ServiceAuth
}

/** An endpoint for other services: 405 for other methods, error responses of OAuth. */
export function serviceEndpoint(
  { contexts, auth }: ServiceEndpointDeps,
  route: Route,
  work: (request: Request, context: RequestContext) => Promise<Response>,
): HttpPlugin {
  return endpoint(contexts, route, (request) => auth.respond(request, (context) => work(request, context)))
}

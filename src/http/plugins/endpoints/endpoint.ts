import { methodNotAllowed } from '../../answer/json-response.ts'
import type { RequestContext } from '../../request/request-context.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import type { HttpPlugin } from '../http-plugin.ts'

export interface Route {
  readonly path: string
  readonly methods: readonly string[]
}

type Respond = (request: Request, context: RequestContext) => Response | Promise<Response>

/** Responds at one path, with 405 to other methods. Requests to other paths pass at once, without a promise. */
export function endpoint(contexts: RequestContexts, { path, methods }: Route, respond: Respond): HttpPlugin {
  return {
    onRequest({ request, endResponse }) {
      const context = contexts.of(request)
      if (context.path !== path) return
      if (!methods.includes(request.method)) return endResponse(methodNotAllowed(methods.join(', ')))
      const response = respond(request, context)
      return response instanceof Promise ? response.then(endResponse) : endResponse(response)
    },
  }
}

/** An endpoint that is only read. */
export function readEndpoint(contexts: RequestContexts, path: string, respond: Respond): HttpPlugin {
  return endpoint(contexts, { path, methods: ['GET', 'HEAD'] }, respond)
}

import type { RequestContexts } from '../../request/request-context.ts'
import type { HttpPlugin } from '../http-plugin.ts'

/** Reads the request once, for every plugin after it, and answers the request id. */
export function useRequestContext(contexts: RequestContexts): HttpPlugin {
  return {
    onRequest({ request, serverContext }) {
      contexts.begin(request, serverContext)
    },
    onResponse({ request, response }) {
      response.headers.set('x-request-id', contexts.of(request).origin.requestId)
    },
  }
}

import type { RequestContexts } from '../../request/request-contexts.ts'
import type { HttpPlugin } from '../http-plugin.ts'

/** Reads the request once, for all plugins after this one, and returns the request id in a header. */
export function useRequestContext(contexts: RequestContexts): HttpPlugin {
  return {
    onRequest({ request, serverContext }) {
      contexts.begin(request, serverContext)
    },
    onResponse({ request, response }) {
      response.headers.set('x-request-id', contexts.of(request).requestId)
    },
  }
}

import { emptyResponse } from '../../answer/json-response.ts'
import { graphqlPath } from '../../request/graphql-path.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import type { HttpPlugin } from '../http-plugin.ts'

export interface CorsDeps {
  readonly contexts: RequestContexts
  /** Exact origins, as browsers send them. */
  readonly allowedOrigins: readonly string[]
}

const preflightSeconds = 600
const preflightHeaders = {
  'access-control-allow-methods': 'GET, POST',
  'access-control-allow-headers': 'content-type, authorization, x-csrf-token, x-request-id, x-api-key',
  'access-control-max-age': String(preflightSeconds),
}
const exposedHeaders = 'Retry-After, RateLimit, RateLimit-Policy, x-request-id'

/**
 * Allows only the listed origins to call GraphQL with credentials (OWASP ASVS 5.0, 3.4.2). Other origins get no CORS
 * headers; an origin is only reflected if it is in the list.
 */
export function useCors({ contexts, allowedOrigins }: CorsDeps): HttpPlugin {
  const allowed: ReadonlySet<string> = new Set(allowedOrigins)
  return {
    onRequest({ request, endResponse }) {
      if (request.method !== 'OPTIONS' || contexts.of(request).path !== graphqlPath) return
      if (!request.headers.has('access-control-request-method')) return
      endResponse(
        emptyResponse(204, allowed.has(request.headers.get('origin') ?? '') ? preflightHeaders : {}),
      )
    },
    onResponse({ request, response }) {
      if (contexts.of(request).path !== graphqlPath) return
      response.headers.append('vary', 'Origin')
      const origin = request.headers.get('origin')
      if (origin === null || !allowed.has(origin)) return
      response.headers.set('access-control-allow-origin', origin)
      response.headers.set('access-control-allow-credentials', 'true')
      response.headers.set('access-control-expose-headers', exposedHeaders)
    },
  }
}

import { emptyResponse } from '../../answer/json-response.ts'
import { graphqlPath } from '../../request/graphql-path.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import type { HttpPlugin } from '../http-plugin.ts'

export interface CorsDeps {
  readonly contexts: RequestContexts
  /** Exact origins, as browsers send them. */
  readonly allowedOrigins: readonly string[]
  /** Request headers besides those of the API, in lower case. Null: all that the page requests. */
  readonly corsHeaders: readonly string[] | null
}

const preflightSeconds = 600
const ownHeaders = ['content-type', 'authorization', 'x-csrf-token', 'x-request-id', 'x-api-key']
const maxRequestedHeaders = 100
/** A token of RFC 9110, 5.6.2, in lower case, as browsers send it. */
const headerName = /^[!#$%&'*+.^_`|~0-9a-z-]{1,100}$/
const exposedHeaders = 'Retry-After, RateLimit, RateLimit-Policy, x-request-id'

/**
 * Allows only the listed origins to call GraphQL with credentials (OWASP ASVS 5.0, 3.4.2). Other origins get no CORS
 * headers; an origin is only reflected if it is in the list. The origin is the gate: its pages can send any header, such as
 * those of tracing libraries, unless CORS_HEADERS lists them.
 */
export function useCors({ contexts, allowedOrigins, corsHeaders }: CorsDeps): HttpPlugin {
  const allowed: ReadonlySet<string> = new Set(allowedOrigins)
  return {
    onRequest({ request, endResponse }) {
      if (request.method !== 'OPTIONS' || contexts.of(request).path !== graphqlPath) return
      if (!request.headers.has('access-control-request-method')) return
      if (!allowed.has(request.headers.get('origin') ?? '')) return endResponse(emptyResponse(204))
      const requested = requestedHeaders(request.headers.get('access-control-request-headers'))
      endResponse(emptyResponse(204, preflightHeaders(corsHeaders ?? requested)))
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

/** The names of Access-Control-Request-Headers; none if the list is too long or contains something else. */
function requestedHeaders(list: string | null): readonly string[] {
  const names = list?.toLowerCase().split(',', maxRequestedHeaders + 1) ?? []
  const trimmed = names.map((name) => name.trim()).filter((name) => name !== '')
  return names.length <= maxRequestedHeaders && trimmed.every((name) => headerName.test(name)) ? trimmed : []
}

function preflightHeaders(further: readonly string[]): Record<string, string> {
  return {
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': [...new Set([...ownHeaders, ...further])].join(', '),
    'access-control-max-age': String(preflightSeconds),
  }
}

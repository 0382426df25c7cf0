import type { Logger } from '../../../lib/observation/logger.ts'
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
  readonly logger: Logger
}

const preflightSeconds = 600
const ownHeaders = ['content-type', 'authorization', 'x-csrf-token', 'x-request-id', 'x-api-key']
const maxRequestedHeaders = 100
/** A token of RFC 9110, 5.6.2, in lower case, as browsers send it. */
const headerName = /^[!#$%&'*+.^_`|~0-9a-z-]{1,100}$/
/** Maximum number of refused origins that are logged, over the life of a process: anyone can send an Origin. */
const maxLoggedOrigins = 100
const maxOriginLength = 255
const exposedHeaders = 'Retry-After, RateLimit, RateLimit-Policy, x-request-id'

/**
 * Allows only the listed origins to call GraphQL with credentials (OWASP ASVS 5.0, 3.4.2). Other origins get no CORS
 * headers; an origin is only reflected if it is in the list. The origin is the gate: its pages can send any header, such as
 * those of tracing libraries, unless CORS_HEADERS lists them. Browsers hide the cause of a refused preflight from the page,
 * so the log names it, once for each origin.
 */
export function useCors({ contexts, allowedOrigins, corsHeaders, logger }: CorsDeps): HttpPlugin {
  const allowed: ReadonlySet<string> = new Set(allowedOrigins)
  const warnOnce = createRefusalWarning(logger)
  return {
    onRequest({ request, endResponse }) {
      if (request.method !== 'OPTIONS' || contexts.of(request).path !== graphqlPath) return
      if (!request.headers.has('access-control-request-method')) return
      const origin = request.headers.get('origin') ?? ''
      if (!allowed.has(origin)) {
        warnOnce(origin)
        return endResponse(emptyResponse(204))
      }
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

/** Logs a refused origin the first time. `null` (a sandboxed page or a file) is left out: CORS_ORIGINS cannot list it. */
function createRefusalWarning(logger: Logger) {
  const logged = new Set<string>()
  return (origin: string) => {
    if (!isOrigin(origin) || logged.has(origin) || logged.size >= maxLoggedOrigins) return
    logged.add(origin)
    logger.warn(
      { origin },
      `A page of ${origin} may not call the service, so its browser reports a network error. If it is your application, add ${origin} to CORS_ORIGINS.`,
    )
  }
}

/** An origin as browsers send it. Its form excludes control characters. */
function isOrigin(text: string): boolean {
  return text.length <= maxOriginLength && URL.canParse(text) && new URL(text).origin === text
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

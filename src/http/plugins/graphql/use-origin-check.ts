import { refusalResponse } from '../../answer/json-response.ts'
import type { RequestContext } from '../../request/request-context.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'
import { RequestRefusal } from '../../request/request-refusal.ts'
import type { HttpPlugin } from '../http-plugin.ts'

export interface OriginCheckDeps {
  readonly contexts: RequestContexts
  readonly allowedOrigins: readonly string[]
}

/**
 * The first half of the CSRF protection (OWASP cheat sheet "Cross-Site Request Forgery Prevention"): refuses a request
 * that a page of another origin made the browser send, if it carries cookies, or is a POST without an `Authorization`
 * header. Other endpoints ignore cookies, and their plugins run earlier. The second half, the CSRF token, is checked in
 * graphql/.
 */
export function useOriginCheck({ contexts, allowedOrigins }: OriginCheckDeps): HttpPlugin {
  const allowed: ReadonlySet<string> = new Set(allowedOrigins)
  return {
    onRequest({ request, endResponse }) {
      const context = contexts.of(request)
      const { present } = context.cookies
      const risky = request.method === 'POST' ? present || !request.headers.has('authorization') : present
      if (!risky || !isForeign(request.headers, context, allowed)) return
      endResponse(refusalResponse(refusal()))
    },
  }
}

function isForeign(headers: Headers, context: RequestContext, allowed: ReadonlySet<string>): boolean {
  const origin = context.arrival.pageOrigin
  const site = headers.get('sec-fetch-site')
  if (origin === null) return site === 'cross-site'
  return !allowed.has(origin) && !(site === 'same-origin' && isOwn(origin, context.host))
}

/** The page has the origin of the Host, as the browser reports it: pages can set neither header. */
function isOwn(origin: string, host: string): boolean {
  return origin === `http://${host}` || origin === `https://${host}`
}

function refusal(): RequestRefusal {
  return new RequestRefusal(403, 'FORBIDDEN', 'This origin may not call the service: see CORS_ORIGINS.', {
    extensions: { reason: 'CSRF' },
  })
}

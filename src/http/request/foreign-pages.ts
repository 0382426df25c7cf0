import type { Metrics } from '../../lib/observation/metrics.ts'
import type { RequestContext } from './request-context.ts'
import { RequestRefusal } from './request-refusal.ts'

export interface ForeignPagesDeps {
  /** Exact origins, as browsers send them. */
  readonly allowedOrigins: readonly string[]
  readonly metrics: Metrics
}

/**
 * Recognises requests that a page of another site made a browser send, by Origin and Fetch Metadata; pages can set neither.
 * They are refused before anything is charged: the visitor of a page must not lose their own budget by it, nor be blocked.
 */
export class ForeignPages {
  readonly #allowed: ReadonlySet<string>
  readonly #metrics: Metrics

  constructor({ allowedOrigins, metrics }: ForeignPagesDeps) {
    this.#allowed = new Set(allowedOrigins)
    this.#metrics = metrics
  }

  /**
   * Null if the request is served. A request with credentials in a header and without cookies is served from everywhere:
   * browsers send such headers only after a preflight, which other origins do not pass.
   */
  refusalOf({ headers }: Request, context: RequestContext): RequestRefusal | null {
    const explicit = headers.has('authorization') || headers.has('x-api-key')
    if ((explicit && !context.cookies.present) || !this.#isForeign(headers, context)) return null
    context.refusedUnread = true
    this.#metrics.count('flood_blocked', 'foreign_page')
    return new RequestRefusal(403, 'FORBIDDEN', 'This origin may not call the service: see CORS_ORIGINS.', {
      extensions: { reason: 'CSRF' },
    })
  }

  #isForeign(headers: Headers, { arrival, host }: RequestContext): boolean {
    const origin = arrival.pageOrigin
    const site = headers.get('sec-fetch-site')
    if (origin !== null) return !this.#allowed.has(origin) && !(site === 'same-origin' && isOwn(origin, host))
    return site === 'cross-site' || (site === 'same-site' && !isCall(headers.get('sec-fetch-mode')))
  }
}

/** Images, frames, scripts and links are not calls of the API. Null: the browser does not say. */
function isCall(mode: string | null): boolean {
  return mode === null || mode === 'cors' || mode === 'same-origin'
}

/** The page has the origin of the Host, as the browser reports it. */
function isOwn(origin: string, host: string): boolean {
  return origin === `http://${host}` || origin === `https://${host}`
}

import type { Denials } from '../../../domain/access/denials.ts'
import { managesInstallation, type Permission } from '../../../domain/access/permissions.ts'
import type { Viewer } from '../../../domain/access/viewer.ts'
import { limits } from '../../../domain/rate-limits/limits.ts'
import type { RateLimits } from '../../../domain/rate-limits/rate-limit-service.ts'
import { ForbiddenError } from '../../../domain/refusals.ts'
import { type Authenticate, requirePermission } from '../../../flows/sign-in/authenticate.ts'
import type { ChargeCall } from '../../../flows/sign-in/charge-call.ts'
import { noCredentials } from '../../../flows/steps/access/credentials.ts'
import type { Logger } from '../../../lib/observation/logger.ts'
import { errorForLog } from '../../../lib/text/error-text.ts'
import { oauthError, oauthRefusal } from '../../answer/oauth-error.ts'
import { setRateLimitHeaders } from '../../answer/rate-limit-headers.ts'
import type { ForeignPages } from '../../request/foreign-pages.ts'
import type { RequestContext } from '../../request/request-context.ts'
import type { RequestContexts } from '../../request/request-contexts.ts'

export interface ServiceAuthDeps {
  readonly contexts: RequestContexts
  readonly foreignPages: Pick<ForeignPages, 'refusalOf'>
  readonly authenticate: Authenticate
  readonly denials: Pick<Denials, 'note'>
  readonly chargeCall: ChargeCall
  readonly rateLimits: Pick<RateLimits, 'chargeRequest'>
  isUnavailable(error: unknown): boolean
  readonly logger: Logger
}

/** Admission of services to endpoints other than GraphQL: authentication, permission, rate limit, and error responses. */
export class ServiceAuth {
  readonly #deps: ServiceAuthDeps

  constructor(deps: ServiceAuthDeps) {
    this.#deps = deps
  }

  /**
   * Authenticates by the token or API key in the headers (cookies are ignored), charges the query limit, and requires the
   * permission. For `INSTALLATION`, the caller must also belong to the tenant that manages the installation.
   * @throws UnauthenticatedError, ForbiddenError, RateLimitedProblem
   */
  async admit(
    request: Request,
    permission: Permission,
    over: 'TENANT' | 'INSTALLATION' = 'TENANT',
  ): Promise<Viewer> {
    const context = this.#deps.contexts.of(request)
    const { origin, limitReport: report, path } = context
    const { headers } = request
    const authentication = await this.#deps.authenticate({
      ...noCredentials,
      authorization: headers.get('authorization'),
      apiKey: headers.get('x-api-key'),
    })
    context.tenantId = authentication.viewer?.tenantId ?? null
    const call = { limit: limits.query, identifier: null, tenant: null, checksCredentials: false, report }
    await this.#deps.chargeCall({ ...call, caller: { origin, viewer: authentication.viewer } })
    try {
      const viewer = requirePermission(authentication, permission)
      if (over === 'INSTALLATION' && !managesInstallation(viewer)) throw new ForbiddenError()
      return viewer
    } catch (error) {
      const { viewer } = authentication
      if (error instanceof ForbiddenError && viewer !== null)
        this.#deps.denials.note({ viewer, field: nameOf(path), requestId: origin.requestId, reason: null })
      throw error
    }
  }

  /** No authentication; rate limited by address. @throws RateLimitedProblem */
  async admitAnonymous(request: Request): Promise<void> {
    const { origin, limitReport } = this.#deps.contexts.of(request)
    await this.#deps.rateLimits.chargeRequest(origin, limitReport)
  }

  /**
   * The response of `work`, or an error response in its place, with the rate limit headers of the caller. Requests of
   * foreign pages are refused before.
   */
  async respond(request: Request, work: (context: RequestContext) => Promise<Response>): Promise<Response> {
    const context = this.#deps.contexts.of(request)
    const refusal = this.#deps.foreignPages.refusalOf(request, context)
    if (refusal !== null) return oauthError(refusal.status, 'invalid_request', refusal.message)
    const response = await work(context).catch((error: unknown) => this.#errorResponse(error, context))
    setRateLimitHeaders(response.headers, context.limitReport)
    return response
  }

  #errorResponse(error: unknown, { requestId }: RequestContext): Response {
    const refusal = oauthRefusal(error)
    if (refusal !== null) return refusal
    const unavailable = this.#deps.isUnavailable(error)
    const message = unavailable ? 'A dependency is unavailable.' : 'Unexpected error.'
    this.#deps.logger[unavailable ? 'warn' : 'error']({ requestId, error: errorForLog(error) }, message)
    if (!unavailable) return oauthError(500, 'server_error', `Unexpected error, request ${requestId}.`)
    const retry = { 'retry-after': '1' }
    return oauthError(503, 'temporarily_unavailable', 'Try again in a moment.', retry)
  }
}

/** `introspect` for /oauth2/introspect. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

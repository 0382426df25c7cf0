import type { Denials } from '../../../domain/access/denials.ts'
import { managesInstallation, type Permission } from '../../../domain/access/permissions.ts'
import type { Viewer } from '../../../domain/access/viewer.ts'
import { RateLimitedProblem } from '../../../domain/problems.ts'
import { limits } from '../../../domain/rate-limits/limits.ts'
import type { RateLimits } from '../../../domain/rate-limits/rate-limit-service.ts'
import { BadArgumentError, ForbiddenError, UnauthenticatedError } from '../../../domain/refusals.ts'
import { type Authenticate, admitted } from '../../../flows/sign-in/authenticate.ts'
import { noCredentials } from '../../../flows/steps/credentials.ts'
import type { Logger } from '../../../lib/logger.ts'
import { jsonResponse } from '../../answer/json-response.ts'
import { describe } from '../../answer/public-errors.ts'
import { setRateLimitHeaders } from '../../answer/rate-limit-headers.ts'
import type { RequestContext, RequestContexts } from '../../request/request-context.ts'
import { RequestRefusal } from '../../request/request-refusal.ts'

export interface ServiceAuthDeps {
  readonly contexts: RequestContexts
  readonly authenticate: Authenticate
  readonly denials: Pick<Denials, 'note'>
  readonly rateLimits: Pick<RateLimits, 'charge' | 'chargeRequest'>
  isUnavailable(error: unknown): boolean
  readonly logger: Logger
}

/** A request that other programs make, besides GraphQL: who may, what it costs, and how a failure looks. */
export class ServiceAuth {
  readonly #deps: ServiceAuthDeps

  constructor(deps: ServiceAuthDeps) {
    this.#deps = deps
  }

  /**
   * Whoever asks by a token or API key in the headers, and has the permission, for what concerns all tenants in the one that
   * looks after the installation; cookies say nothing here. Charged.
   */
  async admit(
    request: Request,
    permission: Permission,
    over: 'TENANT' | 'INSTALLATION' = 'TENANT',
  ): Promise<Viewer> {
    const { origin, limitReport: report, path } = this.#deps.contexts.of(request)
    const { headers } = request
    const authentication = await this.#deps.authenticate({
      ...noCredentials,
      authorization: headers.get('authorization'),
      apiKey: headers.get('x-api-key'),
    })
    const call = { limit: limits.query, identifier: null, checksCredentials: false, report }
    await this.#deps.rateLimits.charge({ ...call, caller: { origin, viewer: authentication.viewer } })
    try {
      const viewer = admitted(authentication, permission)
      if (over === 'INSTALLATION' && !managesInstallation(viewer)) throw new ForbiddenError()
      return viewer
    } catch (error) {
      const { viewer } = authentication
      if (error instanceof ForbiddenError && viewer !== null)
        this.#deps.denials.note({ viewer, field: nameOf(path), requestId: origin.requestId, reason: null })
      throw error
    }
  }

  /** Anybody. Charged to his address. */
  async admitAnybody(request: Request): Promise<void> {
    const { origin, limitReport } = this.#deps.contexts.of(request)
    await this.#deps.rateLimits.chargeRequest(origin, limitReport)
  }

  /** The answer, or the failure as one; with headers that tell how the caller's budgets stand. */
  async answer(request: Request, work: (context: RequestContext) => Promise<Response>): Promise<Response> {
    const context = this.#deps.contexts.of(request)
    const response = await work(context).catch((error: unknown) => this.#failed(error, context))
    setRateLimitHeaders(response.headers, context.limitReport)
    return response
  }

  #failed(error: unknown, { origin: { requestId } }: RequestContext): Response {
    const refusal = refusalOf(error)
    if (refusal !== null) return refusal
    const unavailable = this.#deps.isUnavailable(error)
    const message = unavailable ? 'Something that a service needs cannot be asked.' : 'Unexpected error.'
    this.#deps.logger[unavailable ? 'warn' : 'error']({ requestId, error: describe(error) }, message)
    if (!unavailable) return oauthError(500, 'server_error', `Unexpected error, request ${requestId}.`)
    const retry = { 'retry-after': '1' }
    return oauthError(503, 'temporarily_unavailable', 'Try again in a moment.', retry)
  }
}

/** `introspect` of /oauth2/introspect. */
function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** An error in the words of OAuth (RFC 6749, section 5.2). */
export function oauthError(
  status: number,
  error: string,
  description: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  return jsonResponse(status, { error, error_description: description }, headers)
}

/** RFC 6750, section 3: what was wrong with the credentials stands in WWW-Authenticate; nothing where none came. */
function refusalOf(error: unknown): Response | null {
  if (error instanceof UnauthenticatedError) {
    const challenge = error.reason === 'TOKEN_MISSING' ? 'Bearer' : 'Bearer error="invalid_token"'
    return oauthError(401, 'invalid_token', error.message, { 'www-authenticate': challenge })
  }
  if (error instanceof ForbiddenError) {
    const challenge = 'Bearer error="insufficient_scope"'
    return oauthError(403, 'insufficient_scope', error.message, { 'www-authenticate': challenge })
  }
  if (error instanceof RateLimitedProblem) return oauthError(429, 'slow_down', error.message)
  if (error instanceof BadArgumentError) return oauthError(400, 'invalid_request', error.message)
  if (error instanceof RequestRefusal)
    return oauthError(error.status, 'invalid_request', error.message, error.headers)
  return null
}

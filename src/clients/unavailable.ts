/** Why nothing was decided: the connection, an answer of something else, the service itself, or too many calls. */
export type UnavailableReason = 'NETWORK' | 'NOT_GRAPHQL' | 'UNAVAILABLE' | 'RATE_LIMITED'

/** What else is known of the failure. */
export interface UnavailableDetails {
  /** The HTTP status; null when no answer came. */
  readonly status?: number | null
  /** Seconds until a repeat can succeed; null when nobody said. */
  readonly retryAfterSeconds?: number | null
  readonly cause?: unknown
}

/** The service could not be asked, or would not answer now. Nothing was decided: the session is kept. */
export class GatehouseUnavailable extends Error {
  override readonly name = 'GatehouseUnavailable'
  readonly reason: UnavailableReason
  readonly status: number | null
  readonly retryAfterSeconds: number | null

  constructor(reason: UnavailableReason, details: UnavailableDetails = {}) {
    super(`Gatehouse is unavailable: ${reason}`, { cause: details.cause })
    this.reason = reason
    this.status = details.status ?? null
    this.retryAfterSeconds = details.retryAfterSeconds ?? null
  }
}

/**
 * The failure behind an error of Apollo Client or urql, behind an answer with `errors`, or behind a problem
 * `AuthRateLimitedProblem`; null when it is none of these, for example a refusal or an aborted request.
 */
export function toUnavailable(failure: unknown): GatehouseUnavailable | null {
  if (!isObject(failure)) return null
  const { networkError, errors, graphQLErrors } = failure
  for (const found of [failure, networkError, ...list(errors), ...list(graphQLErrors)]) {
    if (found instanceof GatehouseUnavailable) return found
    const unavailable = ofError(found)
    if (unavailable !== null) return unavailable
  }
  return null
}

function ofError(error: unknown): GatehouseUnavailable | null {
  if (!isObject(error)) return null
  const { code, retryAfterSeconds } = isObject(error.extensions) ? error.extensions : error
  if (code !== 'UNAVAILABLE' && code !== 'RATE_LIMITED') return null
  const seconds = typeof retryAfterSeconds === 'number' ? retryAfterSeconds : null
  return new GatehouseUnavailable(code, { retryAfterSeconds: seconds, cause: error })
}

/** An array as it is, everything else as an empty one. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : []
}

/** Whether something has fields that may be looked at. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
